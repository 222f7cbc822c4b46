"""Replies that outlive the job that asked for them."""

from hosted.kept_replies import FILE, KeptReplies
from hosted.questions import Turn
from hosted.reply import Reply

ONE, TWO = (Turn("user", "one"),), (Turn("user", "two"),)


def reply(text):
    return Reply("end_turn", {"label": text}, "", 10, 2, 0.5)


def test_a_reply_is_found_by_the_next_attempt(tmp_path):
    kept = KeptReplies(tmp_path, ["model"])
    kept.keep(ONE, reply("a"))
    again = KeptReplies(tmp_path, ["model"])
    assert again.find(ONE) == reply("a")
    assert again.find(TWO) is None
    assert (again.num_found, again.input_tokens, again.output_tokens) == (1, 10, 2)


def test_another_model_has_other_replies(tmp_path):
    KeptReplies(tmp_path, ["model"]).keep(ONE, reply("a"))
    assert KeptReplies(tmp_path, ["other"]).find(ONE) is None


def test_a_line_that_was_cut_costs_itself_alone(tmp_path):
    kept = KeptReplies(tmp_path)
    kept.keep(ONE, reply("a"))
    kept.keep(TWO, reply("b"))
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[:-20])
    again = KeptReplies(tmp_path)
    assert again.find(ONE) == reply("a")
    assert again.find(TWO) is None
    again.keep(TWO, reply("b"))
    assert KeptReplies(tmp_path).find(TWO) == reply("b")
