"""English is told from other languages offline."""

import pytest

from checker.reading.language import english_share, is_english

ENGLISH = (
    "The foreign ministry of Ruritania denied on Thursday that its troops had crossed the bridge. A spokesman told "
    "reporters in the capital that nobody had left the barracks, and that the accusations were unfounded."
)
OTHERS = {
    "German": "Das Außenministerium von Ruritanien hat am Donnerstag bestritten, dass seine Truppen die Brücke "
    "überquert hätten. Ein Sprecher sagte in der Hauptstadt, niemand habe die Kaserne verlassen, die Vorwürfe "
    "seien unbegründet.",
    "French": "Le ministère des Affaires étrangères de Ruritanie a démenti jeudi que ses troupes aient franchi le "
    "pont. Un porte-parole a déclaré dans la capitale que personne n'avait quitté la caserne.",
    "Spanish": "El Ministerio de Exteriores de Ruritania negó el jueves que sus tropas hubieran cruzado el puente. "
    "Un portavoz dijo en la capital que nadie había salido del cuartel y que las acusaciones eran infundadas.",
    "Italian": "Il ministero degli Esteri della Ruritania ha negato giovedì che le sue truppe abbiano attraversato "
    "il ponte. Un portavoce ha detto nella capitale che nessuno ha lasciato la caserma.",
    "Portuguese": "O Ministério das Relações Exteriores da Ruritânia negou na quinta-feira que as suas tropas "
    "tivessem atravessado a ponte. Um porta-voz disse na capital que ninguém saiu do quartel.",
    "Dutch": "Het ministerie van Buitenlandse Zaken van Ruritanië ontkende donderdag dat zijn troepen de brug waren "
    "overgestoken. Een woordvoerder zei in de hoofdstad dat niemand de kazerne had verlaten.",
    "Swedish": "Ruritaniens utrikesdepartement förnekade på torsdagen att landets trupper hade korsat bron. En "
    "talesman sade i huvudstaden att ingen hade lämnat kasernen och att anklagelserna var ogrundade.",
    "Polish": "Ministerstwo spraw zagranicznych Rurytanii zaprzeczyło w czwartek, że jego wojska przekroczyły most. "
    "Rzecznik powiedział w stolicy, że nikt nie opuścił koszar, a oskarżenia są bezpodstawne.",
    "Russian": "Министерство иностранных дел Руритании в четверг опровергло сообщения о том, что его войска перешли "
    "мост. Представитель заявил, что никто не покидал казармы.",
    "Chinese": "卢里塔尼亚外交部周四否认其部队越过大桥。发言人在首都表示，没有人离开营房，这些指控毫无根据。",
}


def test_english_is_english() -> None:
    assert english_share(ENGLISH) > 0.9
    assert is_english(ENGLISH)
    assert is_english("FM Lavrovsky & President Rudolf meet in Strelsau")


@pytest.mark.parametrize("language", OTHERS)
def test_another_language_is_not_english(language: str) -> None:
    assert english_share(OTHERS[language]) <= 0.45
    assert not is_english(OTHERS[language])


def test_what_has_no_words_is_not_english() -> None:
    assert english_share("") == 0
    assert not is_english("12 %")
