from bakeoff.summary.display_names import candidate_labels, candidate_names, short_model_name


def test_a_candidate_is_called_by_its_model():
    candidates = [("a-1", "org/a", "full"), ("b-2", "s3://bucket/uploads/b/", "lora")]

    assert candidate_names(candidates) == ["org/a", "b"]


def test_candidates_of_one_model_are_told_apart_by_method_and_else_by_key():
    candidates = [
        ("a-1", "org/a", "full"),
        ("a-2", "org/a", "lora"),
        ("a-3", "org/a", "lora"),
        ("b-4", "org/b", "full"),
    ]

    assert candidate_names(candidates) == ["org/a (full)", "a-2", "a-3", "org/b"]


def test_beside_a_column_of_methods_candidates_of_one_model_have_their_keys():
    assert candidate_labels([("a-1", "a"), ("a-2", "a"), ("b-3", "b")]) == ["a-1", "a-2", "b"]


def test_of_a_uri_the_last_part_names_the_model():
    assert short_model_name("s3://bucket/uploads/abc/my-model/") == "my-model"
    assert short_model_name("google/electra-small") == "google/electra-small"
