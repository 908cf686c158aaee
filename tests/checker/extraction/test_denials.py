"""Which statement of the article a denial answers."""

import pytest

from checker.extraction import extract
from checker.extraction.registry import Registry
from index.records import Article, Statement

REGISTRY = Registry.load()


def read(text: str, **fields: str) -> tuple[Statement, ...]:
    return extract(Article("a", text, date="2031-03-13", **fields), REGISTRY)


def answered(text: str, words: str, **fields: str) -> Statement | None:
    """What the statement with ``words`` in it answers."""
    found = read(text, **fields)
    (denial,) = [s for s in found if words in s.content]
    return next((s for s in found if s.id == denial.answers), None)


def test_a_bare_verdict_answers_the_accuser() -> None:
    text = "Norway accused Poland of mining the road.\n\n“That is a lie,” Polish general Jan Ostrow said."
    claim = answered(text, "That is a lie")
    assert claim is not None and claim.stance == "accuses"
    (denial,) = [s for s in read(text) if s.stance == "denies"]
    assert (denial.polarity, denial.proposition) == (-1, "Poland did not mine the road")


def test_a_bare_verdict_that_answers_nothing_is_not_checkable() -> None:
    (denial,) = read("“Nonsense,” Ilsa Brandt said.")
    assert (denial.stance, denial.answers, denial.checkable) == ("denies", None, False)


def test_the_captain_lied_answers_the_captain() -> None:
    text = "“They fired on us,” one captain said.\n\n“The captain lied,” Norway's foreign ministry said."
    claim = answered(text, "The captain lied")
    assert claim is not None and claim.content == "They fired on us"


def test_what_was_quoted_just_before_is_answered() -> None:
    text = "Norway claims that we left the table. That is false."
    claim = answered(text, "That is false", speaker="Poland")
    assert claim is not None and claim.content == "that we left the table"


def test_a_denial_answers_the_claim_whose_words_it_repeats() -> None:
    text = "Norway said that shots had been fired at a ferry.\n\nPoland denied that any shots had been fired."
    claim = answered(text, "any shots")
    assert claim is not None and claim.actor is not None and claim.actor.id == "norway"


def test_a_noun_takes_up_the_claim_of_its_kind() -> None:
    text = "Norway warned that oil could run short. It said ships were waiting.\n\nPoland dismissed the warning."
    claim = answered(text, "the warning")
    assert claim is not None and claim.stance == "warns"


def test_a_negation_answers_the_opposite_in_the_same_words() -> None:
    text = "Norway said that 900 ballots were forged.\n\n“Not one ballot was forged,” Poland's government said."
    claim = answered(text, "Not one ballot")
    assert claim is not None and claim.actor is not None and claim.actor.id == "norway"


def test_a_negation_of_something_else_answers_nothing() -> None:
    text = "Norway said that landing craft took part in it.\n\n“Landing craft are not cheap,” Poland's army said."
    assert answered(text, "not cheap") is None


def test_nobody_answers_his_own_side() -> None:
    text = "Poland said that 900 ballots were forged.\n\n“Not one ballot was forged,” Poland's government said."
    assert answered(text, "Not one ballot") is None


def test_both_speak_of_the_same_claim_where_allegations_are_brushed_aside() -> None:
    text = "Allegations by Norway that soldiers had crossed the valley were brushed aside by Poland's government."
    charge, denial = read(text)
    assert denial.content == charge.content == "that soldiers had crossed the valley"
    assert (denial.stance, denial.answers, charge.parent) == ("denies", charge.id, denial.id)


def test_each_of_two_accusers_has_a_span_of_his_own() -> None:
    text = "Poland rejected claims by Norway and Meridor that its missile brought down a jet."
    found = read(text)
    assert [text[slice(*s.source_spans[0])] for s in found if s.parent] == ["Norway", "Meridor"]


def test_disbelief_in_what_another_side_says_is_its_negation() -> None:
    text = "“We do not believe Norway when it says that the drill is over,” Polish general Jan Ostrow said."
    disbelief, claim = read(text)
    assert (disbelief.stance, disbelief.answers) == ("denies", claim.id)
    assert disbelief.proposition == "The drill is not over"


def test_a_claim_called_false_is_worded_about_whom_it_is_about() -> None:
    text = "Poland’s claim that it is moving troops away is “false”, according to a Norwegian official."
    denial, claim = read(text)
    assert (denial.stance, denial.answers) == ("denies", claim.id)
    assert (claim.content, claim.proposition) == ("that it is moving troops away", "Poland is moving troops away")
    assert denial.proposition == "Poland is not moving troops away"


def test_one_common_word_far_away_ties_nothing() -> None:
    rain = "Rain fell on the hills of the north all day, and the roads were closed. " * 5
    text = f"“An attack on one is an attack on all,” Norway said. {rain}Poland denied that it had planned an attack."
    assert answered(text, "planned") is None


def test_a_denied_thing_that_nobody_claimed_answers_nothing() -> None:
    text = "Norway said that the request for a seat had been filed.\n\nPoland rejected the request."
    (refusal,) = [s for s in read(text) if s.stance == "denies"]
    assert (refusal.answers, refusal.checkable) == (None, False)


def test_no_in_an_interview_answers_no_claim() -> None:
    text = "Question: Did you close the bridge?\n\nIlsa Brandt: No. The bridge is open.\n\nQuestion: And the ferry?\n\n"
    found = read(text + "Ilsa Brandt: The ferry is running.")
    (denial,) = [s for s in found if s.content == "No."]
    assert (denial.stance, denial.answers, denial.checkable) == ("denies", None, False)


@pytest.mark.parametrize(
    ("text", "denial", "claim"),
    [
        ("Norway said Polish ships had fired.\n\nPoland’s army said it had not fired.", "not fired", "ships had fired"),
        ("The union said the bank was close to collapse.\n\nThe bank dismissed the claim.", "the claim", "collapse"),
        ("Norway called Poland a thief.\n\n“Slander,” Polish general Jan Ostrow said.", "Slander", "a thief"),
        ("A resident said soldiers had looted the market.\n\nThe army denied looting.", "looting", "looted"),
        ("Norway said three soldiers had died. Poland denied it.", "it", "three soldiers"),
        ("Norway said two drones fell.\n\n“Not a single drone fell,” Poland said.", "Not a single", "two drones"),
        ("“Poland has not paid,” Norway said.\n\nPoland’s government said it had paid in May.", "had paid", "not paid"),
        (
            "Norway said ships had fired.\n\n“This is another lie by the regime,” Poland’s army said.",
            "lie",
            "had fired",
        ),
        ("Norway said ships had fired.\n\n“They did not,” Poland’s army said.", "They did not", "had fired"),
        ("Norway said ships had fired.\n\n“Norway lies, and it knows it,” Poland’s army said.", "lies", "had fired"),
        ("Norway said six men died.\n\nPoland’s army dismissed the report as fiction.", "the report", "six men"),
        ("Norway said six men died. It rained.\n\nPoland’s army disputed the figure.", "the figure", "six men"),
        ("Norway said six men died.\n\nPoland’s army rejected that too.", "that too", "six men"),
        ("Norway said it sent letters.\n\nPoland’s army denied receiving them.", "receiving", "letters"),
        ("Norway said it was a forgery.\n\nPoland’s army denied forging the letter.", "forging", "a forgery"),
        ("Norway said talks have begun.\n\n“There are no talks,” Poland’s army said.", "no talks", "have begun"),
        ("Norway said six men died.\n\nPoland’s army called the report fiction.", "the report", "six men"),
        ("Norway said six men died.\n\nPoland’s army described the claim as baseless.", "the claim", "six men"),
        ("Norway said six men died.\n\n“A malicious invention,” Poland’s army said.", "invention", "six men"),
        ("Norway said six men died.\n\n“The story is made up,” Poland’s army said.", "made up", "six men"),
        ("Norway said six men died.\n\nPoland’s army said the figure was far too high.", "too high", "six men"),
        ("Norway said ships had fired.\n\n“That did not happen,” Poland’s army said.", "not happen", "had fired"),
        ("Norway said ships had fired.\n\n“No, they have not,” Poland’s army said.", "No", "had fired"),
        (
            "Norway said Poland kidnapped five men.\n\nPolish minister Jan Ostrow said his country had taken nobody.",
            "taken nobody",
            "kidnapped",
        ),
        (
            "Norway said pictures showed a missile.\n\nPoland’s army waved away the pictures as amateur work.",
            "amateur",
            "pictures",
        ),
        (
            "Poland’s army denied hiding the deaths of six men.\n\nNorway had said that Poland kept six deaths secret.",
            "hiding",
            "kept six deaths",
        ),
        (
            "Norway said it took the ford. Norway’s army said it killed six men and took a bridge. Poland denied it.",
            "it",
            "six men",
        ),
        ("Norway claimed to have sunk a ship.\n\nPoland’s army contested the claim.", "the claim", "sunk"),
        ("Norway, Meridor and Tavastan all said Poland fired.\n\nPoland denied the charge.", "the charge", "fired"),
        ("Norway said Poland bought oil.\n\n“Poland buys no oil,” Poland’s army said.", "no oil", "bought oil"),
        ("Norway said it had sent no letter.\n\n“Of course letters were sent,” Poland said.", "Of course", "no letter"),
        (
            "Poland’s army denied that it had shelled a school.\n\nNorway said Poland shelled a school.",
            "it had",
            "Poland",
        ),
    ],
)
def test_forms_of_denial_find_what_they_deny(text: str, denial: str, claim: str) -> None:
    (found,) = [s for s in read(text) if denial in s.content and s.answers]
    assert claim in next(s.content for s in read(text) if s.id == found.answers)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # names in common tie nothing
        ("Norway said it would sue Poland in Ghent.\n\nPoland denied planning a march to Ghent.", "planning"),
        # a lack of evidence, a wish, a negation inside a clause deny nothing
        ("Norway said a bomb was hidden.\n\n“There is no sign of a bomb,” Poland’s army said.", "no sign"),
        ("Norway said war is terrible.\n\n“We do not want war,” Poland’s army said.", "not want"),
        ("Norway said Poland lied. Poland’s army said it sees a threat that does not go away.", "sees a threat"),
        # no deed of one's own is denied
        ("Norway said Poland counts only ships at sea.\n\nPoland’s army said no man had been hurt.", "no man"),
        ("Norway warned that it would treat any flight by Poland as war.\n\n“We do not sleep,” Poland said.", "sleep"),
        # who only repeats himself claims nothing
        ("“I stand by what I wrote,” Norway’s envoy said.\n\n“Nonsense,” Poland’s army said.", "Nonsense"),
    ],
)
def test_what_is_no_answer_is_not_linked(text: str, words: str) -> None:
    assert answered(text, words) is None


def test_a_second_denial_in_the_same_breath_answers_the_same_claim() -> None:
    denial = "Poland’s army denied that it took six men. “No man has left with us,” it said."
    text = f"{denial} Norway had said Poland took six men."
    claim = answered(text, "No man has left")
    assert claim is not None and claim.content == "Poland took six men"


def test_what_is_called_an_insult_is_not_called_false() -> None:
    (verdict,) = [
        s for s in read("Norway said six men died.\n\nPoland called the report an insult.") if "insult" in s.content
    ]
    assert (verdict.stance, verdict.polarity, verdict.answers) == ("asserts", 1, None)


@pytest.mark.parametrize(
    ("verb", "proposition", "checkable"),
    [
        ("refused to withdraw its ships", "Poland will not withdraw its ships", True),
        ("declined to comment on the talks", "Poland will not comment on the talks", False),
    ],
)
def test_who_refuses_will_not_do_it_and_answers_nothing(verb: str, proposition: str, checkable: bool) -> None:
    found = read(f"Norway said Poland would withdraw its ships.\n\nPoland {verb}.")
    (refusal,) = [s for s in found if s.stance == "denies"]
    assert (refusal.polarity, refusal.answers, refusal.checkable) == (-1, None, checkable)
    assert refusal.proposition == proposition


def test_who_claims_to_have_done_it_has_done_it() -> None:
    claim, denial = read("Norway claimed to have sunk a ship.\n\nPoland’s army rejected the claim.")
    assert claim.proposition == "Norway has sunk a ship"
    assert denial.proposition == "Norway has not sunk a ship"


def test_the_named_party_speaks_and_not_whose_party_it_is() -> None:
    (claim,) = read("Milos Varga’s party, Free Norland, said that the vote was rigged.")
    assert claim.actor is not None and claim.actor.id == "free-norland"


def test_dismissing_a_denial_answers_the_denial() -> None:
    text = "Norway accused Poland of mining a road.\n\nPoland’s army denied the charge.\n\nNorway dismissed the denial."
    claim = answered(text, "the denial")
    assert claim is not None and (claim.content, claim.stance) == ("the charge", "denies")


def test_a_verdict_that_says_we_reject_is_one_statement() -> None:
    found = read("Norway says that we left. We categorically reject this claim.", speaker="Poland")
    assert [s.content for s in found if s.stance == "denies"] == ["We categorically reject this claim."]


def test_in_an_actors_own_document_words_in_common_tie_nothing() -> None:
    text = "The plan was drafted in Ghent. Events have shown that the army is not planning to keep the plan."
    assert [s.answers for s in read(text, speaker="Poland") if "not planning" in s.content] == [None, None]


def test_only_what_was_quoted_in_the_sentence_before_is_answered_in_an_own_document() -> None:
    text = "Norway says that we left. We are here. {} Talks go on."
    assert answered(text.format("That is false."), "That is false", speaker="Poland") is None
