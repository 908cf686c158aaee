"""Writes ``checker/extraction/registry/states.json``: the states of the world, as news names them.

Names, official names and ISO 3166 codes come from `pycountry` (ISO 3166-1); what it lacks, demonyms, capitals that
news uses for governments, and everyday short names, stands in the table below (general knowledge, snapshot 2025).
Run ``python -m eval.states`` after a new release of pycountry; a test compares the file with what this writes.
"""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "checker" / "extraction" / "registry" / "states.json"
SNAPSHOT = "2025-01-01"

# code | name in news | adjectives and demonyms | capital, where it stands for the government | further names
# Left out on purpose: capitals that are everyday words or first names (Male, Victoria), and "Korea", "Korean",
# which two states share. "Brussels" stands for the European Union in news, so it is not Belgium's here.
TABLE = """
AF|Afghanistan|Afghan|Kabul|
AL|Albania|Albanian|Tirana|
DZ|Algeria|Algerian|Algiers|
AD|Andorra|Andorran||
AO|Angola|Angolan|Luanda|
AG|Antigua and Barbuda|Antiguan|St John's|Antigua
AR|Argentina|Argentine,Argentinian|Buenos Aires|
AM|Armenia|Armenian|Yerevan|
AU|Australia|Australian|Canberra|
AT|Austria|Austrian|Vienna|
AZ|Azerbaijan|Azerbaijani,Azeri|Baku|
BS|Bahamas|Bahamian|Nassau|
BH|Bahrain|Bahraini|Manama|
BD|Bangladesh|Bangladeshi|Dhaka|
BB|Barbados|Barbadian|Bridgetown|
BY|Belarus|Belarusian,Belarussian,Byelorussian|Minsk|Belorussia
BE|Belgium|Belgian||
BZ|Belize|Belizean|Belmopan|
BJ|Benin|Beninese|Porto-Novo|
BT|Bhutan|Bhutanese|Thimphu|
BO|Bolivia|Bolivian|La Paz|
BA|Bosnia and Herzegovina|Bosnian|Sarajevo|Bosnia,Bosnia-Herzegovina,BiH
BW|Botswana|Botswanan,Motswana|Gaborone|
BR|Brazil|Brazilian|Brasilia|
BN|Brunei|Bruneian|Bandar Seri Begawan|
BG|Bulgaria|Bulgarian|Sofia|
BF|Burkina Faso|Burkinabe|Ouagadougou|
BI|Burundi|Burundian|Gitega|
CV|Cape Verde|Cape Verdean|Praia|
KH|Cambodia|Cambodian|Phnom Penh|
CM|Cameroon|Cameroonian|Yaounde|
CA|Canada|Canadian|Ottawa|
CF|Central African Republic|Central African|Bangui|CAR
TD|Chad|Chadian|N'Djamena|
CL|Chile|Chilean|Santiago|
CN|China|Chinese|Beijing|PRC,People's Republic of China,Mainland China,Zhongnanhai,Peking
CO|Colombia|Colombian|Bogota|
KM|Comoros|Comorian,Comoran|Moroni|
CG|Republic of the Congo|Congolese-Brazzaville|Brazzaville|Congo-Brazzaville
CD|Democratic Republic of the Congo|Congolese|Kinshasa|Congo,DR Congo,DRC,Democratic Republic of Congo,Congo-Kinshasa
CR|Costa Rica|Costa Rican|San Jose|
CI|Ivory Coast|Ivorian|Yamoussoukro|Cote d'Ivoire
HR|Croatia|Croatian,Croat|Zagreb|
CU|Cuba|Cuban|Havana|
CY|Cyprus|Cypriot|Nicosia|
CZ|Czech Republic|Czech|Prague|Czechia
DK|Denmark|Danish,Danes|Copenhagen|
DJ|Djibouti|Djiboutian||
DM|Dominica||Roseau|
DO|Dominican Republic|Dominican|Santo Domingo|
EC|Ecuador|Ecuadorian,Ecuadorean|Quito|
EG|Egypt|Egyptian|Cairo|
SV|El Salvador|Salvadoran,Salvadorean|San Salvador|
GQ|Equatorial Guinea|Equatorial Guinean,Equatoguinean|Malabo|
ER|Eritrea|Eritrean|Asmara|
EE|Estonia|Estonian|Tallinn|
SZ|Eswatini|Swazi,Emaswati|Mbabane|Swaziland
ET|Ethiopia|Ethiopian|Addis Ababa|
FJ|Fiji|Fijian|Suva|
FI|Finland|Finnish,Finns|Helsinki|
FR|France|French,Frenchman,Frenchmen|Paris|
GA|Gabon|Gabonese|Libreville|
GM|Gambia|Gambian|Banjul|
GE|Georgia|Georgian|Tbilisi|
DE|Germany|German|Berlin|
GH|Ghana|Ghanaian|Accra|
GR|Greece|Greek|Athens|
GD|Grenada|Grenadian||
GT|Guatemala|Guatemalan||
GN|Guinea|Guinean|Conakry|
GW|Guinea-Bissau|Bissau-Guinean|Bissau|
GY|Guyana|Guyanese||
HT|Haiti|Haitian|Port-au-Prince|
HN|Honduras|Honduran|Tegucigalpa|
HK|Hong Kong|Hong Konger,Hongkonger||
HU|Hungary|Hungarian|Budapest|
IS|Iceland|Icelandic,Icelander|Reykjavik|
IN|India|Indian|New Delhi|Delhi
ID|Indonesia|Indonesian|Jakarta|
IR|Iran|Iranian|Tehran|Teheran
IQ|Iraq|Iraqi|Baghdad|
IE|Ireland|Irish,Irishman|Dublin|Irish Republic,Republic of Ireland
IL|Israel|Israeli|Jerusalem|
IT|Italy|Italian|Rome|
JM|Jamaica|Jamaican||
JP|Japan|Japanese|Tokyo|
JO|Jordan|Jordanian|Amman|
KZ|Kazakhstan|Kazakh,Kazakhstani|Astana|Nur-Sultan
KE|Kenya|Kenyan|Nairobi|
KI|Kiribati|I-Kiribati|Tarawa|
KP|North Korea|North Korean|Pyongyang|DPRK
KR|South Korea|South Korean|Seoul|ROK
KW|Kuwait|Kuwaiti||
KG|Kyrgyzstan|Kyrgyz,Kyrgyzstani|Bishkek|Kirghizia
LA|Laos|Laotian,Lao|Vientiane|
LV|Latvia|Latvian|Riga|
LB|Lebanon|Lebanese|Beirut|
LS|Lesotho|Basotho|Maseru|
LR|Liberia|Liberian|Monrovia|
LY|Libya|Libyan|Tripoli|
LI|Liechtenstein|Liechtensteiner|Vaduz|
LT|Lithuania|Lithuanian|Vilnius|
LU|Luxembourg|Luxembourgish,Luxembourger||
MG|Madagascar|Malagasy,Madagascan|Antananarivo|
MW|Malawi|Malawian|Lilongwe|
MY|Malaysia|Malaysian|Kuala Lumpur|
MV|Maldives|Maldivian||
ML|Mali|Malian|Bamako|
MT|Malta|Maltese|Valletta|
MH|Marshall Islands|Marshallese|Majuro|
MR|Mauritania|Mauritanian|Nouakchott|
MU|Mauritius|Mauritian|Port Louis|
MX|Mexico|Mexican|Mexico City|
FM|Micronesia|Micronesian|Palikir|
MD|Moldova|Moldovan|Chisinau|
MC|Monaco|Monegasque||
MN|Mongolia|Mongolian|Ulaanbaatar|Ulan Bator
ME|Montenegro|Montenegrin|Podgorica|
MA|Morocco|Moroccan|Rabat|
MZ|Mozambique|Mozambican|Maputo|
MM|Myanmar|Burmese|Naypyidaw|Burma
NA|Namibia|Namibian|Windhoek|
NR|Nauru|Nauruan||
NP|Nepal|Nepalese,Nepali|Kathmandu|
NL|Netherlands|Dutch,Dutchman|Amsterdam|Holland
NZ|New Zealand|New Zealander|Wellington|
NI|Nicaragua|Nicaraguan|Managua|
NE|Niger|Nigerien|Niamey|
NG|Nigeria|Nigerian|Abuja|
MK|North Macedonia|North Macedonian,Macedonian|Skopje|Macedonia
NO|Norway|Norwegian|Oslo|
OM|Oman|Omani|Muscat|
PK|Pakistan|Pakistani|Islamabad|
PW|Palau|Palauan||
PS|Palestine|Palestinian|Ramallah|Palestinian Authority,State of Palestine,Palestinian National Authority
PA|Panama|Panamanian||
PG|Papua New Guinea|Papua New Guinean|Port Moresby|
PY|Paraguay|Paraguayan|Asuncion|
PE|Peru|Peruvian|Lima|
PH|Philippines|Philippine,Filipino|Manila|
PL|Poland|Polish,Poles|Warsaw|
PT|Portugal|Portuguese|Lisbon|
QA|Qatar|Qatari|Doha|
RO|Romania|Romanian|Bucharest|
RU|Russia|Russian|Moscow|Russian Federation,the RF
RW|Rwanda|Rwandan|Kigali|
KN|Saint Kitts and Nevis|Kittitian|Basseterre|St Kitts and Nevis
LC|Saint Lucia|Saint Lucian|Castries|St Lucia
VC|Saint Vincent and the Grenadines|Vincentian|Kingstown|St Vincent and the Grenadines
WS|Samoa|Samoan|Apia|
SM|San Marino|Sammarinese||
ST|Sao Tome and Principe|Santomean||
SA|Saudi Arabia|Saudi,Saudi Arabian|Riyadh|
SN|Senegal|Senegalese|Dakar|
RS|Serbia|Serbian,Serb|Belgrade|
SC|Seychelles|Seychellois||
SL|Sierra Leone|Sierra Leonean|Freetown|
SG|Singapore|Singaporean||
SK|Slovakia|Slovak,Slovakian|Bratislava|
SI|Slovenia|Slovenian,Slovene|Ljubljana|
SB|Solomon Islands|Solomon Islander|Honiara|
SO|Somalia|Somali,Somalian|Mogadishu|
ZA|South Africa|South African|Pretoria|
SS|South Sudan|South Sudanese|Juba|
ES|Spain|Spanish,Spaniard|Madrid|
LK|Sri Lanka|Sri Lankan|Colombo|
SD|Sudan|Sudanese|Khartoum|
SR|Suriname|Surinamese|Paramaribo|
SE|Sweden|Swedish,Swedes|Stockholm|
CH|Switzerland|Swiss|Bern,Berne|
SY|Syria|Syrian|Damascus|
TW|Taiwan|Taiwanese|Taipei|Republic of China
TJ|Tajikistan|Tajik,Tajikistani|Dushanbe|
TZ|Tanzania|Tanzanian|Dodoma|
TH|Thailand|Thai|Bangkok|
TL|East Timor|East Timorese,Timorese|Dili|Timor-Leste
TG|Togo|Togolese|Lome|
TO|Tonga|Tongan|Nuku'alofa|
TT|Trinidad and Tobago|Trinidadian|Port of Spain|Trinidad
TN|Tunisia|Tunisian|Tunis|
TR|Turkey|Turkish,Turk|Ankara|Turkiye
TM|Turkmenistan|Turkmen,Turkmenistani|Ashgabat|
TV|Tuvalu|Tuvaluan|Funafuti|
UG|Uganda|Ugandan|Kampala|
UA|Ukraine|Ukrainian|Kyiv,Kiev|the Ukraine
AE|United Arab Emirates|Emirati|Abu Dhabi|UAE,Emirates
GB|United Kingdom|British,Briton,Brits|London|UK,Britain,Great Britain,U.K.
US|United States|American|Washington|US,USA,U.S.,U.S.A.,America,United States of America,Washington DC
UY|Uruguay|Uruguayan|Montevideo|
UZ|Uzbekistan|Uzbek,Uzbekistani|Tashkent|
VU|Vanuatu|Ni-Vanuatu|Port Vila|
VA|Vatican|Vatican|Vatican City|Holy See
VE|Venezuela|Venezuelan|Caracas|
VN|Vietnam|Vietnamese|Hanoi|Viet Nam
YE|Yemen|Yemeni|Sanaa,Sana'a|
ZM|Zambia|Zambian|Lusaka|
ZW|Zimbabwe|Zimbabwean|Harare|
XK|Kosovo|Kosovar,Kosovan|Pristina|
"""


# Names of ISO 3166-1 that news uses for another state: "Congo" is the larger one.
SHARED = {("CG", "Congo")}


def entries() -> list[dict[str, Any]]:
    """One object a state, in the table's order, with the fields of ``registry.Entry``."""
    return [_entry(*line.split("|")) for line in TABLE.strip().splitlines()]


def _entry(code: str, name: str, demonyms: str, capitals: str, further: str) -> dict[str, Any]:
    official, codes = _iso(code)
    aliases = sorted({*_list(further), *official} - {name} - {other for owner, other in SHARED if owner == code})
    entry = {
        "id": _slug(name),
        "name": name,
        "kind": "state",
        "aliases": aliases,
        "demonyms": _list(demonyms),
        "metonyms": _list(capitals),
        "codes": codes,
    }
    return {key: value for key, value in entry.items() if value}


def _iso(code: str) -> tuple[set[str], list[str]]:
    """What ISO 3166-1 calls a state, turned to speaking order, and its alpha-2 and alpha-3 codes."""
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    if country is None:  # Kosovo: a code of user's choice
        return set(), [code, "XKX"]
    names = {getattr(country, key, None) for key in ("name", "official_name", "common_name")}
    return {spoken for name in names if name for spoken in _spoken(name)}, [code, country.alpha_3]


def _spoken(name: str) -> set[str]:
    """``Korea, Republic of`` -> ``Republic of Korea`` and ``Korea (Republic of)``, as UN documents have it."""
    match = re.fullmatch(r"([^,]+), ((?:.*\b(?:of|of the)|Province of China))", name)
    if match is None:
        return {name}
    head, tail = match.groups()
    return {f"{head} ({tail})", *([] if tail.endswith("China") else [f"{tail} {head}"])}


def _list(cell: str) -> list[str]:
    return [part for part in cell.split(",") if part]


def _slug(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def document() -> str:
    """The file's text: JSON, one state a line, so that a change reads as one line."""
    import pycountry

    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries())
    head = json.dumps(
        {"snapshot": SNAPSHOT, "source": f"eval/states.py, ISO 3166-1 by pycountry {pycountry.__version__}"}
    )
    return f'{head[:-1]}, "entries": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
