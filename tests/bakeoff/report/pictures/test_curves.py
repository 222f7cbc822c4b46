from bakeoff.report.pictures import curves
from bakeoff.report.race import Race
from tests.support import summary_samples as samples


def test_a_single_epoch_and_losses_that_are_missing_or_diverge_are_drawn():
    one = samples.binary().candidates[0]
    points = one.learning_curves[0].epochs
    strange = [
        points[0].model_copy(update={"train_loss": None, "validation_metric": None}),
        points[1].model_copy(update={"validation_loss": float("inf"), "train_loss": 1e9}),
        points[1].model_copy(update={"validation_loss": float("nan")}),
    ]
    for epochs in (points[:1], strange):
        curve = one.learning_curves[0].model_copy(update={"epochs": epochs})
        candidate = one.model_copy(update={"learning_curves": [curve]})
        race = Race.of(samples.binary())
        picture = curves.curves_picture(race, candidate, curves.scales([candidate]))
        written = picture.inline()
        assert "Seed 1" in written
        assert "nan" not in written and "inf" not in written


def test_a_diverging_loss_does_not_squeeze_the_others():
    one = samples.binary().candidates[0]
    curve = one.learning_curves[0]
    wild = curve.epochs[0].model_copy(update={"train_loss": 1e6})
    for epochs, highest in ((curve.epochs, 0.7), ([wild, *curve.epochs * 30], 0.7)):
        changed = curve.model_copy(update={"epochs": epochs})
        candidate = one.model_copy(update={"learning_curves": [changed]})
        scale = curves.scales([candidate]).loss
        assert 0.3 < scale[1] < highest


def test_lines_are_clipped_to_their_plot():
    candidate = samples.binary().candidates[0]
    race = Race.of(samples.binary())
    written = curves.curves_picture(race, candidate, curves.scales([candidate])).inline()
    for name in ("curves-1-loss", "curves-1-metric"):
        assert f'<clipPath id="{name}">' in written and f'clip-path="url(#{name})"' in written
