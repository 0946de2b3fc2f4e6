"""The two-letter codes (ISO 639-1) of the languages that Tatoeba names by ISO 639-3."""

from collections.abc import Mapping
from types import MappingProxyType

_CODES = """
afr:af amh:am ara:ar aze:az bel:be ben:bn bos:bs bre:br bul:bg cat:ca ces:cs cmn:zh cor:kw
cym:cy dan:da deu:de ell:el eng:en epo:eo est:et eus:eu fao:fo fin:fi fra:fr fry:fy gla:gd
gle:ga glg:gl heb:he hin:hi hrv:hr hun:hu hye:hy ido:io ile:ie ina:ia ind:id isl:is ita:it
jav:jv jpn:ja kat:ka kaz:kk khm:km kor:ko kur:ku lat:la lit:lt lvs:lv mal:ml mar:mr mkd:mk
mon:mn nld:nl nno:nn nob:no oci:oc pes:fa pol:pl por:pt ron:ro rus:ru slk:sk slv:sl spa:es
sqi:sq srp:sr swe:sv swh:sw tam:ta tat:tt tel:te tgl:tl tha:th tuk:tk tur:tr uig:ug ukr:uk
urd:ur uzb:uz vie:vi xho:xh yid:yi zsm:ms arz:ar arq:ar yue:zh wuu:zh
"""
TWO_LETTERS: Mapping[str, str] = MappingProxyType(dict(pair.split(":") for pair in _CODES.split()))
"""Code of ISO 639-3 → code of ISO 639-1; some varieties share the code of their language."""
