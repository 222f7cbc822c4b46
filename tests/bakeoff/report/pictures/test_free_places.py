from bakeoff.report.pictures.free_places import free_places

BOX = (0.0, 0.0, 343.0, 272.0)


def test_labels_stand_near_their_points_and_do_not_cover_one_another():
    points = [(100.0, 100.0), (104.0, 100.0), (100.0, 108.0), (250.0, 40.0)]
    places = free_places(points, ["1", "2", "3", "4"], BOX)
    for i, place in enumerate(places):
        assert place is not None
        x, y = place
        assert all(max(abs(x - a), abs(y - b)) >= 6 for a, b in places[:i])
        assert abs(x - points[i][0]) <= 25 and abs(y - points[i][1]) <= 35


def test_labels_stay_within_the_box():
    places = free_places([(2.0, 2.0), (341.0, 270.0)], ["10", "11"], BOX)
    assert all(place and 8 <= place[0] <= 335 and 8 <= place[1] <= 272 for place in places)


def test_in_a_crowd_the_first_labels_win_and_the_others_are_left_out():
    points = [(100.0 + 0.3 * i, 100.0) for i in range(60)]
    places = free_places(points, [str(i + 1) for i in range(60)], BOX)
    assert all(places[:4])
    assert places.count(None) > 30
