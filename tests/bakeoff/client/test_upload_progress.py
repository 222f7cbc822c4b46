from bakeoff.client.upload_progress import Sent


def test_each_quarter_of_an_upload_is_said_once_with_the_time_left():
    said, seconds = [], iter((0.0, 30.0, 60.0, 90.0))
    sent = Sent(100, said.append, now=lambda: next(seconds))

    for _ in range(20):
        sent(5)

    assert said == [
        "    25% sent, about 1:30 left",
        "    50% sent, about 1:00 left",
        "    75% sent, about 0:30 left",
    ]
