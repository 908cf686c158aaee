"""What a statement's content becomes when it must stand on its own: the table is the specification."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.extraction.propositions import Context, negate, proposition

# Each pair is read both ways: the negation of either is the other.
BOTH_WAYS = [
    # be
    ("Veldania is withdrawing its forces", "Veldania is not withdrawing its forces"),
    ("The talks are going well", "The talks are not going well"),
    ("The bridge was destroyed by shelling", "The bridge was not destroyed by shelling"),
    ("The villages were evacuated on Monday", "The villages were not evacuated on Monday"),
    ("I am ready", "I am not ready"),
    ("Norland is a member of the Northern Alliance", "Norland is not a member of the Northern Alliance"),
    ("Veldania is currently massing troops", "Veldania is not currently massing troops"),
    ("Veldania is clearly planning an attack", "Veldania is clearly not planning an attack"),
    ("Veldania is also building a base", "Veldania is also not building a base"),
    # have
    ("Veldania has withdrawn its forces", "Veldania has not withdrawn its forces"),
    ("They have left the city", "They have not left the city"),
    ("Norland had shelled a kindergarten", "Norland had not shelled a kindergarten"),
    ("The town has been shelled", "The town has not been shelled"),
    ("Veldania has a plan for an attack", "Veldania does not have a plan for an attack"),
    ("Both have to leave the island", "Both do not have to leave the island"),
    ("Norland had a base there", "Norland did not have a base there"),
    # modals
    ("Veldania will invade Norland", "Veldania will not invade Norland"),
    ("Norland would welcome talks", "Norland would not welcome talks"),
    ("Veldania can announce this today", "Veldania cannot announce this today"),
    ("Norland could be trying to create a pretext", "Norland could not be trying to create a pretext"),
    ("The ceasefire may hold", "The ceasefire may not hold"),
    ("The deal might fail", "The deal might not fail"),
    ("Norland must leave the valley", "Norland must not leave the valley"),
    ("The envoys should meet again", "The envoys should not meet again"),
    ("The army shall return", "The army shall not return"),
    # full verbs
    ("Veldania shelled a kindergarten", "Veldania did not shell a kindergarten"),
    ("Veldania plans to invade", "Veldania does not plan to invade"),
    ("Norlandish soldiers plan an attack", "Norlandish soldiers do not plan an attack"),
    ("The minister denies the report", "The minister does not deny the report"),
    ("The navy withdrew its ships", "The navy did not withdraw its ships"),
    ("He took part in the raid", "He did not take part in the raid"),
    ("They went to the border", "They did not go to the border"),
    ("The government targeted civilians", "The government did not target civilians"),
    ("Norland staged the incident", "Norland did not stage the incident"),
    ("The court permitted the march", "The court did not permit the march"),
    ("Rebels carried out the attack", "Rebels did not carry out the attack"),
    ("The missile hit a hospital on Friday", "The missile did not hit a hospital on Friday"),
    ("The soldiers deliberately killed three people", "The soldiers did not deliberately kill three people"),
    ("Veldania supplies the rebels with weapons", "Veldania does not supply the rebels with weapons"),
    ("She knows the answer", "She does not know the answer"),
    ("We see a change of course", "We do not see a change of course"),
    ("Veldania wants war", "Veldania does not want war"),
    ("The talks collapsed", "The talks did not collapse"),
    ("The ministry published 3,500 names in 2014", "The ministry did not publish 3,500 names in 2014"),
    ("The general lied to parliament", "The general did not lie to parliament"),
    ("Ilja Varno met the envoy in Port Harrow", "Ilja Varno did not meet the envoy in Port Harrow"),
    ("Veldania and Norland agreed to a ceasefire", "Veldania and Norland did not agree to a ceasefire"),
    # still, already, either
    ("Veldania is still withdrawing its forces", "Veldania is no longer withdrawing its forces"),
    ("Norland still holds the airport", "Norland no longer holds the airport"),
    ("Veldania has already pulled back", "Veldania has not yet pulled back"),
    ("The envoy was either tired or ill", "The envoy was neither tired nor ill"),
    # there is
    ("There is evidence of an attack", "There is no evidence of an attack"),
    ("There is a plan to invade", "There is no plan to invade"),
    ("There are troops near the border", "There are no troops near the border"),
    ("There was an explosion at the port", "There was no explosion at the port"),
    ("There will be a war", "There will be no war"),
    ("There has been a breakthrough", "There has been no breakthrough"),
    ("There are 4,000 soldiers in the valley", "There are not 4,000 soldiers in the valley"),
    # quantities
    ("All hostages have been freed", "Not all hostages have been freed"),
    ("Every soldier has left", "Not every soldier has left"),
    ("Somebody was killed", "Nobody was killed"),
    ("Something has changed", "Nothing has changed"),
    ("Some of the ships have left", "None of the ships have left"),
    ("Some troops are leaving", "No troops are leaving"),
    # only the main clause
    ("Norland says that Veldania is not leaving", "Norland does not say that Veldania is not leaving"),
    ("We believe that Veldania will attack", "We do not believe that Veldania will attack"),
    ("The president claimed his troops were leaving", "The president did not claim his troops were leaving"),
    ("Norland agreed not to attack", "Norland did not agree not to attack"),
    ("If Veldania invades, Norland will respond", "If Veldania invades, Norland will not respond"),
    ("In 2014, Veldania annexed the island", "In 2014, Veldania did not annex the island"),
    ("The troops deployed near the border are leaving", "The troops deployed near the border are not leaving"),
    (
        "The missile that hit the school was fired by Norland",
        "The missile that hit the school was not fired by Norland",
    ),
    (
        "Ilja Varno, who leads the ministry, denied the report",
        "Ilja Varno, who leads the ministry, did not deny the report",
    ),
    ("The people killed by the blast were civilians", "The people killed by the blast were not civilians"),
    ("The minister, Ilja Varno, resigned on Monday", "The minister, Ilja Varno, did not resign on Monday"),
    ("The claim that Norland is retreating is false", "The claim that Norland is retreating is not false"),
    ("Veldania shelled a school and killed ten people", "Veldania did not shell a school or kill ten people"),
    # without a finite verb
    ("to withdraw its forces", "not to withdraw its forces"),
    ("having shelled a kindergarten", "not having shelled a kindergarten"),
    ("planning an invasion", "not planning an invasion"),
]

NEGATIONS = [
    # contractions and other negative words; the way back may differ
    ("Veldania isn't withdrawing", "Veldania is withdrawing"),
    ("It's not withdrawing", "It is withdrawing"),
    ("They're leaving the valley", "They are not leaving the valley"),
    ("We've seen the plans", "We have not seen the plans"),
    ("We'll leave tomorrow", "We will not leave tomorrow"),
    ("Norland won’t attack", "Norland will attack"),
    ("They can't just fly away", "They can just fly away"),
    ("Norland didn't shell the town", "Norland shelled the town"),
    ("The army doesn't use such weapons", "The army uses such weapons"),
    ("Veldania never attacked anyone", "Veldania attacked someone"),
    ("Veldania has never attacked Norland", "Veldania has attacked Norland"),
    ("Norland will never join the alliance", "Norland will join the alliance"),
    ("Norland has no plans to invade", "Norland has plans to invade"),
    ("Veldania poses no threat to its neighbours", "Veldania poses a threat to its neighbours"),
    ("Norland has nothing to do with the attack", "Norland has something to do with the attack"),
    ("Norland did nothing", "Norland did something"),
    ("The army did not hit any hospitals", "The army hit some hospitals"),
    ("No soldier was killed", "A soldier was killed"),
    ("No decision has been made", "A decision has been made"),
    ("No one was hurt", "Someone was hurt"),
    ("It is not true that Norland attacked", "Norland attacked"),
    ("There is not a single soldier there", "There is a single soldier there"),
    ("There isn't any evidence", "There is some evidence"),
    ("Norland is in no way responsible", "Norland is responsible"),
    ("There's no proof of this", "There is proof of this"),
    ("Norland has yet to withdraw", "Norland has already withdrawn"),
    ("Norland did not attack anyone", "Norland attacked someone"),
    ("it was not withdrawing its forces from the border", "it was withdrawing its forces from the border"),
    # noun phrases
    ("Norlandish involvement in the attack", "There was no Norlandish involvement in the attack"),
    ("any role in the attack", "There was no role in the attack"),
    ("the existence of a plan", "There is no plan"),
    ("the existence of secret prisons", "There are no secret prisons"),
    ("the shelling of the hospital", "There was no shelling of the hospital"),
    ("a blatant attempt by Norland to seize the port", "There was no blatant attempt by Norland to seize the port"),
    ("the deployment of troops near the border", "There was no deployment of troops near the border"),
    # abstentions
    ("Is Veldania withdrawing?", None),
    ("the president of Norland", None),
    ("It was Veldania, not Norland, that broke the truce", None),
    ("Not only did Norland attack, it lied", None),
    ("Veldania hardly knows the region", None),
    ("Only Veldania can stop the war", None),
    ("", None),
    ("…", None),
    ("12,000", None),
]

DRAWING_DOWN = "Veldania is drawing down those forces"

PROPOSITIONS = [
    # what is stripped
    ("that it had sent a letter", 1, {}, "It had sent a letter"),
    ("“The town was shelled,”", 1, {}, "The town was shelled"),
    ("…the town was shelled…", 1, {}, "The town was shelled"),
    ("As always, the town was shelled.", 1, {}, "The town was shelled"),
    ("Meanwhile, 300 people fled", 1, {}, "300 people fled"),
    ("But the talks failed", 1, {}, "The talks failed"),
    ("the [military] exercises are over", 1, {}, "The military exercises are over"),
    (
        "the grouping for the (military) exercises was built up",
        1,
        {},
        "The grouping for the military exercises was built up",
    ),
    ("On Thursday, the town was shelled", 1, {}, "On Thursday, the town was shelled"),
    ("its forces “are leaving” the border", 1, {}, "Its forces are leaving the border"),
    # contractions are written out
    ("it's clear that they're leaving", 1, {}, "It is clear that they are leaving"),
    ("Norland's army can't leave", 1, {}, "Norland's army cannot leave"),
    ("it's been a long war", 1, {}, "It has been a long war"),
    # the first person
    ("we are concerned", 1, {"speaker": "NATO"}, "NATO is concerned"),
    ("We do not see a change", 1, {"speaker": "the United Cantons"}, "The United Cantons does not see a change"),
    ("I have sent a letter", 1, {"speaker": "Mara Quist"}, "Mara Quist has sent a letter"),
    (
        "We believe our allies will help us",
        1,
        {"speaker": "Norland"},
        "Norland believes Norland's allies will help Norland",
    ),
    ("we also expect talks", 1, {"speaker": "Norland"}, "Norland also expects talks"),
    ("We're ready, and we will respond", 1, {"speaker": "Norland"}, "Norland is ready, and Norland will respond"),
    ("our forces were not there", 1, {"speaker": "the United Cantons"}, "The United Cantons' forces were not there"),
    (
        "We regret this and condemn the attack",
        1,
        {"speaker": "Norland"},
        "Norland regrets this and condemns the attack",
    ),
    (
        "we consider this an escalation and are considering our response",
        1,
        {"speaker": "Norland"},
        "Norland considers this an escalation and is considering Norland's response",
    ),
    ("We are ready to talk and listen", 1, {"speaker": "Norland"}, "Norland is ready to talk and listen"),
    ("We were attacked", 1, {"speaker": "Norland"}, "Norland was attacked"),
    ("we were attacked", 1, {"speaker": "rebel officials"}, "Rebel officials were attacked"),
    ("We attacked nobody", 1, {"speaker": "Norland"}, "Norland attacked nobody"),
    ("We put troops there", 1, {"speaker": "Norland"}, "We put troops there"),
    ("We all know the truth", 1, {"speaker": "Norland"}, "We all know the truth"),
    ("Let us be clear", 1, {"speaker": "Norland"}, "Let us be clear"),
    ("The US is ready", 1, {"speaker": "Norland"}, "The US is ready"),
    ("We are concerned", 1, {}, "We are concerned"),
    ("We are not leaving", -1, {"speaker": "Norland"}, "Norland is leaving"),
    ("because we believe in diplomacy", 1, {"speaker": "Norland"}, "Norland believes in diplomacy"),
    # the third person
    (
        "it was not withdrawing forces from its border with Norland",
        -1,
        {"subjects": ("Veldania",)},
        "Veldania was withdrawing forces from its border with Norland",
    ),
    ("it would not invade Norland", 1, {"subjects": ("Veldania",)}, "Veldania would not invade Norland"),
    ("It's drawing down those forces", 1, {"subjects": ("Veldania",)}, "Veldania is drawing down those forces"),
    ("he had sent a letter", 1, {"subjects": ("the ministry", "Mara Quist")}, "Mara Quist had sent a letter"),
    (
        "it had sent a letter",
        1,
        {"subjects": ("President Mara Quist", "the ministry")},
        "The ministry had sent a letter",
    ),
    ("they were leaving", 1, {"subjects": ("the ministry", "rebel leaders")}, "Rebel leaders were leaving"),
    ("they were leaving", 1, {"subjects": ("Veldania and Norland",)}, "Veldania and Norland were leaving"),
    ("they were leaving", 1, {"subjects": ("the ministry",)}, "They were leaving"),
    ("its forces were leaving", 1, {"subjects": ("Veldania",)}, "Veldania's forces were leaving"),
    ("its forces were leaving", -1, {"subjects": ("Veldania",)}, "Veldania's forces were not leaving"),
    ("It is clear that the war is over", 1, {"subjects": ("Veldania",)}, "It is clear that the war is over"),
    (
        "it is of course impossible to withdraw it in a single day",
        1,
        {"subjects": ("Veldania",)},
        "It is of course impossible to withdraw it in a single day",
    ),
    ("It's important that observers remain", 1, {"subjects": ("Veldania",)}, "It is important that observers remain"),
    ("it takes time", 1, {"subjects": ("Veldania",)}, "It takes time"),
    ("it was Norland that attacked", 1, {"subjects": ("Veldania",)}, "It was Norland that attacked"),
    ("it seems that the truce holds", 1, {"subjects": ("Veldania",)}, "It seems that the truce holds"),
    ("it is ready to leave", 1, {"subjects": ("Veldania",)}, "Veldania is ready to leave"),
    ("it is preparing to leave", 1, {"subjects": ("Veldania",)}, "Veldania is preparing to leave"),
    ("the ministry said it was leaving", 1, {"subjects": ("Norland",)}, "The ministry said it was leaving"),
    # places
    (
        "Our troops are not there",
        1,
        {"speaker": "Norland", "place": "the Ilm valley"},
        "Norland's troops are not in the Ilm valley",
    ),
    ("There is no army there", 1, {"place": "Port Harrow"}, "There is no army in Port Harrow"),
    ("The situation there is bad", 1, {"place": "Port Harrow"}, "The situation in Port Harrow is bad"),
    ("There is no army there", 1, {}, "There is no army there"),
    ("There were talks", 1, {"place": "Port Harrow"}, "There were talks"),
    # answers to a claim
    (
        "We do not see that happening on the ground",
        1,
        {"previous": DRAWING_DOWN, "speaker": "Norland"},
        "Veldania is not drawing down those forces on the ground",
    ),
    (
        "We do not see that happening on the ground",
        1,
        {"previous": "Veldania says it's drawing down those forces"},
        "Veldania is not drawing down those forces on the ground",
    ),
    ("We don't see it happening", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    (
        "We see that happening every day",
        1,
        {"previous": DRAWING_DOWN},
        "Veldania is drawing down those forces every day",
    ),
    ("That is not true", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("That's simply not true.", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("This is a lie", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("That's nonsense", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    (
        "These are unfounded accusations",
        1,
        {"previous": "Veldania shelled a school"},
        "Veldania did not shell a school",
    ),
    ("The accusations are baseless", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("That is correct", 1, {"previous": DRAWING_DOWN}, DRAWING_DOWN),
    ("It is true", 1, {"previous": DRAWING_DOWN}, DRAWING_DOWN),
    ("That is a lie", -1, {"previous": DRAWING_DOWN}, DRAWING_DOWN),
    ("It is not happening", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("This is happening right now", 1, {"previous": DRAWING_DOWN}, "Veldania is drawing down those forces right now"),
    (
        "That has not happened",
        1,
        {"previous": "Veldania will draw down those forces"},
        "Veldania has not drawn down those forces",
    ),
    ("That never happened", 1, {"previous": "Veldania shelled a school"}, "Veldania never shelled a school"),
    ("That did not happen", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("That will never happen", 1, {"previous": "Veldania will invade Norland"}, "Veldania will never invade Norland"),
    ("That will not happen", 1, {"previous": "Veldania plans to invade Norland"}, "Veldania will not invade Norland"),
    (
        "There is no evidence of that",
        1,
        {"previous": DRAWING_DOWN},
        "There is no evidence that Veldania is drawing down those forces",
    ),
    (
        "We have not seen any sign of that",
        1,
        {"previous": DRAWING_DOWN, "speaker": "Norland"},
        "Norland has not seen any sign that Veldania is drawing down those forces",
    ),
    ("I can confirm that", 1, {"previous": DRAWING_DOWN, "speaker": "Mara Quist"}, DRAWING_DOWN),
    (
        "I cannot confirm that",
        1,
        {"previous": DRAWING_DOWN, "speaker": "Mara Quist"},
        "Mara Quist cannot confirm that Veldania is drawing down those forces",
    ),
    (
        "We categorically reject these accusations",
        1,
        {"previous": "Veldania shelled a school", "speaker": "Veldania"},
        "Veldania did not shell a school",
    ),
    ("None of this is true", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("There is no truth in this", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("They are doing exactly that", 1, {"previous": DRAWING_DOWN}, DRAWING_DOWN),
    (
        "We are not doing that",
        1,
        {"previous": "Veldania is massing troops", "speaker": "Veldania"},
        "Veldania is not massing troops",
    ),
    ("That is exactly what is happening", 1, {"previous": DRAWING_DOWN}, DRAWING_DOWN),
    ("That is not what is happening", 1, {"previous": DRAWING_DOWN}, "Veldania is not drawing down those forces"),
    ("That is not true", 1, {"previous": "Veldania is not leaving"}, "Veldania is leaving"),
    ("That is not true", 1, {}, "That is not true"),
    ("It is not happening", 1, {}, "It is not happening"),
    # elliptical answers
    ("As always, unfounded accusations", 1, {"previous": "Veldania is not leaving"}, "Veldania is leaving"),
    ("As always, unfounded accusations", -1, {"previous": "Veldania is not leaving"}, "Veldania is leaving"),
    ("Nonsense", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("a lie", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("fake news", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("absolutely false", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("Yes, absolutely.", 1, {"previous": "Veldania shelled a school"}, "Veldania shelled a school"),
    ("Absolutely not.", 1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("the accusations", -1, {"previous": "Veldania shelled a school"}, "Veldania did not shell a school"),
    ("unfounded accusations", 1, {}, "Unfounded accusations"),
    # denied contents
    ("that it had shelled a school", -1, {"subjects": ("Veldania",)}, "Veldania had not shelled a school"),
    (
        "that it had shelled a school and that it planned an attack",
        -1,
        {"subjects": ("Veldania",)},
        "Veldania had not shelled a school and it did not plan an attack",
    ),
    ("reports that Norland had shelled the town", -1, {}, "Norland had not shelled the town"),
    ("accusations by Norland that it was not withdrawing", -1, {"subjects": ("Veldania",)}, "Veldania was withdrawing"),
    ("shelling a school", -1, {"speaker": "Veldania"}, "Veldania did not shell a school"),
    ("planning an attack", -1, {"speaker": "Veldania"}, "Veldania is not planning an attack"),
    ("having shelled a school", -1, {"speaker": "Veldania"}, "Veldania has not shelled a school"),
    ("being a spy", -1, {"speaker": "Mara Quist"}, "Mara Quist is not a spy"),
    ("any role in the attack", -1, {"speaker": "Veldania"}, "Veldania had no role in the attack"),
    ("any involvement in the attack", -1, {}, "There was no involvement in the attack"),
    ("having shelled a school", 1, {"agent": "Veldania"}, "Veldania has shelled a school"),
    ("to withdraw its forces", 1, {"agent": "Veldania"}, "Veldania will withdraw its forces"),
    ("to withdraw its forces", 1, {"agent": "Veldania", "modal": "should"}, "Veldania should withdraw its forces"),
    ("to withdraw its forces", -1, {"speaker": "Veldania"}, "Veldania will not withdraw its forces"),
    ("to withdraw its forces", 1, {}, "To withdraw its forces"),
    ("the charges", -1, {}, "The charges are not true"),
    ("that suggestion", -1, {}, "That suggestion is not true"),
    (
        "Norland's accusations that it is violating the truce",
        -1,
        {"subjects": ("Veldania",)},
        "Veldania is not violating the truce",
    ),
    ("fears that Norland will invade", -1, {}, "Norland will not invade"),
    ("any links to the rebels", -1, {"speaker": "Veldania"}, "Veldania had no links to the rebels"),
    ("his opposition", -1, {"subjects": ("He",), "speaker": "who"}, "It is not true: his opposition"),
    ("the Veldanian plan", -1, {}, "It is not true: the Veldanian plan"),
    ("Norland’s army is leaving", 1, {}, "Norland's army is leaving"),
    ("Only Norland can stop the war", -1, {}, "It is not true that only Norland can stop the war"),
    ("The accusations", -1, {}, "The accusations are not true"),
    # the hard cases of the seed, in general words
    ("provided there is no further invasion of Norland", 1, {}, "Provided there is no further invasion of Norland"),
    (
        "We are concerned that Veldania is trying to stage a pretext, there is still no clarity",
        1,
        {"speaker": "NATO"},
        "NATO is concerned that Veldania is trying to stage a pretext, there is still no clarity",
    ),
    (
        "are a blatant attempt by the government to fabricate pretexts",
        1,
        {},
        "Are a blatant attempt by the government to fabricate pretexts",
    ),
    (
        "reports of activity are a blatant attempt by Veldania to fabricate pretexts",
        1,
        {},
        "Reports of activity are a blatant attempt by Veldania to fabricate pretexts",
    ),
    (
        "Veldania building up troops near Norland, not withdrawing",
        1,
        {},
        "Veldania is building up troops near Norland, not withdrawing",
    ),
    (
        "I am here today not to start a war, but to prevent one",
        1,
        {"speaker": "Mara Quist"},
        "Mara Quist is here today not to start a war, but to prevent one",
    ),
]


@pytest.mark.parametrize(("positive", "negative"), BOTH_WAYS, ids=[p for p, _ in BOTH_WAYS])
def test_a_clause_and_its_negation_are_each_others_negation(positive: str, negative: str) -> None:
    assert negate(positive) == negative
    assert negate(negative) == positive


@pytest.mark.parametrize(("clause", "negated"), NEGATIONS, ids=[c or "empty" for c, _ in NEGATIONS])
def test_a_clause_is_negated_or_left(clause: str, negated: str | None) -> None:
    assert negate(clause) == negated


@pytest.mark.parametrize(("content", "polarity", "context", "expected"), PROPOSITIONS)
def test_a_content_reads_on_its_own(content: str, polarity: int, context: dict[str, object], expected: str) -> None:
    assert proposition(content, polarity=polarity, context=Context(**context)) == expected  # type: ignore[arg-type]


# Generated sentences -------------------------------------------------------------------------------------------------

SINGULAR = ["Veldania", "The ministry", "Ilja Varno", "It", "The head of the commission", "Norland's army"]
PLURAL = ["The rebels", "They", "Veldania and Norland", "Veldanian soldiers", "The officials of both towns"]
# base, past, third person, participle, gerund, and what follows
VERBS = [
    ("shell", "shelled", "shells", "shelled", "shelling", "a school"),
    ("deny", "denied", "denies", "denied", "denying", "the report"),
    ("occupy", "occupied", "occupies", "occupied", "occupying", "the port"),
    ("take", "took", "takes", "taken", "taking", "the bridge on Monday"),
    ("withdraw", "withdrew", "withdraws", "withdrawn", "withdrawing", "its ships"),
    ("build", "built", "builds", "built", "building", "a dam near the border"),
    ("admit", "admitted", "admits", "admitted", "admitting", "that the talks failed"),
    ("seize", "seized", "seizes", "seized", "seizing", "the airport in 2014"),
    ("commit", "committed", "commits", "committed", "committing", "3,000 soldiers to the valley"),
]


@st.composite
def simple_sentences(draw: st.DrawFn) -> tuple[str, str]:
    """A sentence and its negation, put together from parts and never read by the code under test."""
    plural = draw(st.booleans())
    subject = draw(st.sampled_from(PLURAL if plural else SINGULAR))
    base, past, third, participle, gerund, rest = draw(st.sampled_from(VERBS))
    be, was = ("are", "were") if plural else ("is", "was")
    have, do = ("have", "do") if plural else ("has", "does")
    modal = draw(st.sampled_from(["will", "would", "could", "may", "might", "must", "should", "shall"]))
    positive, negative = draw(
        st.sampled_from(
            [
                (past, f"did not {base}"),
                (base if plural else third, f"{do} not {base}"),
                (f"{be} {gerund}", f"{be} not {gerund}"),
                (f"{was} {gerund}", f"{was} not {gerund}"),
                (f"{have} {participle}", f"{have} not {participle}"),
                (f"had {participle}", f"had not {participle}"),
                (f"{modal} {base}", f"{modal} not {base}"),
                (f"{modal} have {participle}", f"{modal} not have {participle}"),
                (f"{have} been {gerund}", f"{have} not been {gerund}"),
                (f"can {base}", f"cannot {base}"),
                (f"{be} going to {base}", f"{be} not going to {base}"),
                (f"{be} still {gerund}", f"{be} no longer {gerund}"),
            ]
        )
    )
    return f"{subject} {positive} {rest}", f"{subject} {negative} {rest}"


@given(simple_sentences())
@settings(deadline=None, max_examples=400)
def test_a_generated_sentence_turns_both_ways(pair: tuple[str, str]) -> None:
    positive, negative = pair
    assert negate(positive) == negative
    assert negate(negative) == positive


@given(simple_sentences())
@settings(deadline=None)
def test_a_contraction_is_read_as_its_long_form(pair: tuple[str, str]) -> None:
    positive, negative = pair
    contracted = re.sub(
        r"\b(did|does|do|is|are|was|were|has|have|had|would|could|must|should) not\b", r"\1n't", negative
    )
    assert negate(contracted.replace("cannot", "can’t").replace("will not", "won’t")) == positive


@given(simple_sentences())
@settings(deadline=None)
def test_a_denial_of_the_claim_before_denies_it(pair: tuple[str, str]) -> None:
    positive, negative = pair
    for answer in ("That is not true.", "This is a lie", "As always, unfounded accusations", "That’s simply false"):
        assert proposition(answer, context=Context(previous=positive)) == negative
        assert proposition(answer, context=Context(previous=negative)) == positive


PIECES = [
    *(
        "Veldania",
        "the",
        "it",
        "we",
        "I",
        "that",
        "not",
        "no",
        "is",
        "has",
        "shelled",
        "plans",
        "to",
        "and",
        "but",
        ",",
    ),
    *(
        "“",
        "”",
        "'",
        "’s",
        "n't",
        "there",
        "of",
        "any",
        "accusations",
        "false",
        "…",
        ".",
        "?",
        "(",
        ")",
        "3,000",
        "12%",
    ),
    *(
        "-",
        "—",
        "who",
        "never",
        "happening",
        "do",
        "see",
        "none",
        "either",
        "nor",
        "\n",
        "\u200b",
        "İ",
        "ß",
        "🙂",
        "if",
    ),
    *("because", "some", "all"),
]
CONTEXTS = [
    Context(),
    Context(
        speaker="the United Cantons",
        previous="Veldania is drawing down those forces",
        subjects=("Veldania", "Mara Quist", "rebel leaders"),
        place="Port Harrow",
        agent="Norland",
    ),
    Context(speaker="I", previous="?", subjects=("", "'", "it"), place=" "),
    Context(speaker=" ", previous="'", subjects=("…",), place="in", agent="-"),
]


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)))
@settings(deadline=None, max_examples=400)
def test_no_text_raises_and_the_same_text_gives_the_same_proposition(text: str) -> None:
    negate(text)
    for context in CONTEXTS:
        for polarity in (1, -1):
            first = proposition(text, polarity=polarity, context=context)
            assert proposition(text, polarity=polarity, context=context) == first


NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map(" ".join))
@settings(deadline=None, max_examples=300)
def test_no_number_and_no_name_is_lost(text: str) -> None:
    for polarity in (1, -1):
        read = proposition(text, polarity=polarity)
        assert NUMBERS.findall(read) == NUMBERS.findall(text)
        assert read.count("Veldania") == text.count("Veldania")


@given(simple_sentences(), st.sampled_from([1, -1]))
@settings(deadline=None)
def test_polarity_decides_which_of_the_two_is_said(pair: tuple[str, str], polarity: int) -> None:
    positive, negative = pair
    assert proposition(f"“{positive},”", polarity=polarity) == (positive if polarity == 1 else negative)


@pytest.mark.parametrize(
    "unit",
    ["It is not ", "(", "that who which ", "and ", "he said ", "“", "a ", "it’s ", "any ",
     "the accusations, ", "shelled by ", ". ",
     "absolutely ", "false, ", "false and ", "new, ", "now ", "yes, ",
     "We do not see that ", "if ", "'", "[", "…", "of the "],
)  # fmt: skip
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    """Twenty thousand characters cost at most a thousandth of a second a hundred; so does the worst short text."""
    context = CONTEXTS[1]
    for length in (60, 120, 178, 700, 1490, 20_000):
        text = (unit * (length // len(unit) + 1))[:length]
        began = time.process_time()
        proposition(text, polarity=-1, context=context)
        assert time.process_time() - began < 0.05 + length / 100_000


def test_a_fragment_with_a_joined_verb_is_no_deed_that_there_was_not() -> None:
    assert (
        proposition("aggression and avoid sanctions", polarity=-1) == "It is not true: aggression and avoid sanctions"
    )
    assert proposition("violence and looting", polarity=-1) == "There was no violence and looting"


def test_a_text_beyond_reading_is_kept_and_framed() -> None:
    text = "Veldania left " + "and left " * 300
    assert negate(text) is None
    assert proposition(text) == text.strip()
    assert proposition(text, polarity=-1) == f"It is not true that {text.strip()}"
