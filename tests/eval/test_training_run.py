"""The model, its checkpoints and the file that ships."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from eval.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from eval.training.config import Phase, read_config
from eval.training.data import Position
from eval.training.export import quantised, shipped
from eval.training.model import CrossEncoder, Shape, bert_names, take_bert_weights
from eval.training.train import crossed, masked_loss
from index.encoders.stored import dequantised
from index.errors import InputError, ModelError

SMALL = Shape(layers=2, heads=2, hidden=8, feed_forward=16, vocabulary=50, positions=32)


def small_model(seed: int, pooling: str = "cls") -> CrossEncoder:
    torch.manual_seed(seed)
    return CrossEncoder(
        Shape(layers=2, heads=2, hidden=8, feed_forward=16, vocabulary=50, positions=32, pooling=pooling)
    )


def tokens(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Ids (3, 7), segments, and a mask whose rows are 7, 5 and 4 long."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, 50, (3, 7), generator=generator)
    mask = torch.arange(7)[None, :] < torch.tensor([7, 5, 4])[:, None]
    return ids * mask, torch.zeros_like(ids), mask


def one_step(model: CrossEncoder, optimiser: torch.optim.Optimizer, seed: int) -> None:
    ids, segments, mask = tokens(seed)
    loss, _ = masked_loss(model(ids, segments, mask), torch.eye(3, dtype=torch.bool))
    torch.autograd.backward(loss)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)


def test_computing_only_the_first_row_of_the_last_layer_changes_nothing() -> None:
    model = small_model(1)
    ids, segments, mask = tokens(2)
    whole = model.states(ids, segments, mask)[:, :1]
    torch.testing.assert_close(model.states(ids, segments, mask, first_row_only=True), whole)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_padding_does_not_change_the_logits(pooling: str) -> None:
    model = small_model(1, pooling)
    ids, segments, mask = tokens(2)
    alone = model(ids[1:2, :5], segments[1:2, :5])
    torch.testing.assert_close(model(ids, segments, mask)[1:2], alone)


def test_our_encoder_computes_what_transformers_bert_computes() -> None:
    from transformers import BertConfig, BertModel

    model = small_model(3)
    bert = BertModel(
        BertConfig(
            vocab_size=50, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
            max_position_embeddings=32, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
        ),
        add_pooling_layer=False,
    )  # fmt: skip
    weights = {name: value for name, value in bert_names(model).items() if not name.startswith("classifier.")}
    bert.load_state_dict(weights, strict=True)
    ids, segments, mask = tokens(4)
    theirs = bert.eval()(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
    torch.testing.assert_close(model.states(ids, segments, mask)[mask], theirs[mask], atol=1e-5, rtol=1e-4)


def test_the_loss_of_a_partial_label_is_minus_log_of_what_is_allowed() -> None:
    probabilities = torch.tensor([[0.5, 0.2, 0.3], [0.5, 0.2, 0.3]])
    allowed = torch.tensor([[True, False, False], [False, True, True]])
    loss, right = masked_loss(probabilities.log(), allowed)
    assert float(loss) == pytest.approx((-math.log(0.5) - math.log(0.5)) / 2)
    assert right == 1


def test_a_run_resumed_from_a_checkpoint_ends_with_the_very_weights_of_an_unbroken_run(tmp_path: Path) -> None:
    def begin() -> tuple[CrossEncoder, torch.optim.AdamW, dict[str, Tensor]]:
        model = small_model(1)
        average = {name: value.detach().clone() for name, value in model.trained().items()}
        return model, torch.optim.AdamW(model.trained().values(), lr=1e-2, fused=True), average

    unbroken, optimiser, average = begin()
    for seed in range(3):
        one_step(unbroken, optimiser, seed)
    progress = Progress(0, Position(2, 1), 3, 9, 9, "print")
    save_checkpoint(tmp_path / "c.safetensors", unbroken, average, optimiser, progress)
    resumed, second, second_average = begin()
    assert load_checkpoint(tmp_path / "c.safetensors", resumed, second_average, second) == progress
    for seed in range(3, 6):
        one_step(unbroken, optimiser, seed)
        one_step(resumed, second, seed)
    for name, value in unbroken.trained().items():
        assert torch.equal(value, resumed.trained()[name]), name


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    path.write_bytes(b"\x10\x00")
    model = small_model(1)
    with pytest.raises(ModelError, match=r"c\.safetensors"):
        load_checkpoint(path, model, {}, torch.optim.AdamW(model.trained().values()))


def test_only_layers_and_head_are_trained() -> None:
    names = set(small_model(1).trained())
    assert not any(name.startswith(("word", "position", "segment", "embedding_norm")) for name in names)
    assert {"head.weight", "dense.weight", "layers.1.qkv.weight"} <= names


def test_int8_errs_by_at_most_half_a_step_of_its_channel() -> None:
    weight = torch.tensor([[1.27, -0.64, 0.0], [0.0, 0.0, 0.0], [127.0, 1.4, -0.4]])
    values, scale = quantised(weight)
    assert values.tolist() == [[127, -64, 0], [0, 0, 0], [127, 1, 0]]
    assert bool(((values * scale - weight).abs() <= scale / 2 + 1e-6).all())


def test_the_shipped_tensors_restore_the_model_within_the_int8_error_and_leave_out_the_embeddings() -> None:
    model = small_model(1)
    stored = shipped(model)
    assert not any(name.startswith("embeddings.") for name in stored)
    assert stored["encoder.layer.0.attention.self.query.weight"].dtype == torch.int8
    copy = small_model(2)
    embeddings = {name: value for name, value in bert_names(model).items() if name.startswith("embeddings.")}
    take_bert_weights(copy, embeddings | dequantised(stored))
    ids, segments, mask = tokens(5)
    torch.testing.assert_close(copy(ids, segments, mask), model(ids, segments, mask), atol=0.02, rtol=0)


def test_the_learning_rate_rises_stays_and_falls() -> None:
    phase = Phase("p", rows=1000, lr=0.5, warmup_rows=100, decay_rows=200, sources=())
    assert [phase.rate(done) for done in (49, 99, 500, 800, 900, 1000)] == pytest.approx([0.25, 0.5, 0.5, 0.5, 0.25, 0])


def test_crossed_counts_multiples_once() -> None:
    assert [crossed(before, before + 30, 100) for before in (0, 69, 70, 99, 100)] == [False, False, True, True, False]


def test_every_configuration_can_be_read() -> None:
    paths = sorted((Path(__file__).parents[2] / "eval" / "training" / "config").glob("*.toml"))
    assert paths
    for path in paths:
        assert read_config(path).phases[0].rows > 0


def test_a_configuration_with_an_unknown_mixture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('phases = [{ name = "a", mixtures = ["none"] }]\n[mixtures]\n')
    with pytest.raises(InputError, match=r"broken\.toml"):
        read_config(path)
