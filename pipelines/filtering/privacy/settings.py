"""Which types of identifiers there are, and what follows from one: the settings of privacy."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from pipelines.settings import Section

PERSON_JOINED = "PERSON_JOINED"
"""A person named beside a contact, an address or an employer; found by `joined`, not by a model."""


HIGH_RISK = (
    "AE_EMIRATES_ID",
    "API_KEY",
    "AR_CUIT",
    "AR_DNI",
    "AT_SVNR",
    "AU_MEDICARE",
    "AU_TFN",
    "BANK_ACCOUNT",
    "BD_NID",
    "BE_NN",
    "BR_CNH",
    "BR_CPF",
    "BR_RG",
    "CA_SIN",
    "CH_AHV",
    "CL_RUT",
    "CN_RIC",
    "CO_CEDULA",
    "CREDIT_CARD",
    "CRYPTO",
    "CZ_RC",
    "DE_HEALTH_INSURANCE",
    "DE_ID_CARD",
    "DE_SOCIAL_SECURITY",
    "DE_TAX_ID",
    "DE_TAX_NUMBER",
    "DK_CPR",
    "EC_CEDULA",
    "EG_NATIONAL_ID",
    "ES_NIE",
    "ES_NIF",
    "ES_NUSS",
    "FI_PERSONAL_IDENTITY_CODE",
    "FR_CNI",
    "FR_NIR",
    "FR_SPI",
    "GR_AMKA",
    "HEALTH_INSURANCE",
    "HK_ID",
    "IBAN_CODE",
    "ID_NIK",
    "ID_NPWP",
    "IE_PPS",
    "IL_ID",
    "IN_AADHAAR",
    "IN_PAN",
    "IN_RATION",
    "IN_UAN",
    "IN_VOTER",
    "IT_DRIVER_LICENSE",
    "IT_FISCAL_CODE",
    "IT_IDENTITY_CARD",
    "JP_LICENSE",
    "JP_MY_NUMBER",
    "KE_ID",
    "KR_DRIVER_LICENSE",
    "KR_FRN",
    "KR_PASSPORT",
    "KR_RRN",
    "LK_NIC",
    "MA_CIN",
    "MEDICAL_RECORD",
    "MX_CURP",
    "MX_INE",
    "MX_NSS",
    "MX_RFC",
    "MY_NRIC",
    "NATIONAL_ID",
    "NG_NIN",
    "NL_BSN",
    "NL_ID",
    "NO_FNR",
    "NZ_IRD",
    "PASSPORT",
    "PASSWORD",
    "PENSION_ID",
    "PE_DNI",
    "PH_ID",
    "PK_CNIC",
    "PL_ID_CARD",
    "PL_PESEL",
    "PT_CC",
    "PT_NIF",
    "PT_NISS",
    "RO_CNP",
    "RU_INN",
    "RU_PASSPORT",
    "RU_SNILS",
    "SA_NATIONAL_ID",
    "SE_PERSONNUMMER",
    "SG_NRIC_FIN",
    "TAX_ID",
    "TH_TNIN",
    "TR_NATIONAL_ID",
    "TW_ID",
    "UA_RNTRC",
    "UK_DRIVING_LICENCE",
    "UK_NHS",
    "UK_NINO",
    "UK_UTR",
    "US_DRIVER_LICENSE",
    "US_ITIN",
    "US_MBI",
    "US_SSN",
    "UY_CI",
    "VE_CEDULA",
    "VN_CCCD",
    "ZA_ID",
)
"""Secrets, accounts and the numbers that states give to persons: one finding drops the sample."""


KNOWN_TYPES = (
    *HIGH_RISK,
    PERSON_JOINED,
    "AU_ABN",
    "AU_ACN",
    "BANK_ROUTING",
    "BR_CNPJ",
    "CUSTOMER_ID",
    "DATE_OF_BIRTH",
    "DEVICE_ID",
    "DE_PHYSICIAN",
    "DE_VAT_ID",
    "EMAIL_ADDRESS",
    "ES_CIF",
    "FR_SIREN",
    "GPS_COORDINATES",
    "IN_GSTIN",
    "IP_ADDRESS",
    "IT_VAT_CODE",
    "KR_BRN",
    "LICENSE_PLATE",
    "MAC_ADDRESS",
    "MEMBER_ID",
    "PERSON",
    "PHONE_NUMBER",
    "PL_NIP",
    "SE_ORGANISATIONSNUMMER",
    "SG_UEN",
    "SOCIAL_HANDLE",
    "STREET_ADDRESS",
    "TR_TAX_ID",
    "UPI_ID",
    "URL",
    "US_EIN",
    "US_NPI",
    "VEHICLE_ID",
)
"""What the models that ship with us find; a model of the user's own may find more."""


Share = Annotated[float, Field(ge=0, le=1)]


class TypeLimits(Section):
    """What follows from one entity type, over the lists of `PrivacyLimits`."""

    answer: Literal["drop", "review", "redact", "ignore"]
    """Of the sample: drop it, ask a person, replace the span, or leave it as it is."""
    score_from: Share | None = None
    """Score in [0, 1] from which the answer holds; null = the section's, or 0 to redact.

    Below it a finding is redacted, and left where the answer is to redact.
    """


class PrivacyLimits(Section):
    """What follows from an entity type. Source: CharacterFlywheel §2.6, high-risk identifiers.

    A type that is named nowhere is redacted.
    """

    drop: tuple[str, ...] = Field(default=HIGH_RISK, strict=False)
    """Entity types of which one finding drops the sample; below its score, redacted."""
    review: tuple[str, ...] = Field(default=(PERSON_JOINED,), strict=False)
    """Entity types of which one finding sends the sample to a person; `drop` wins."""
    ignore: tuple[str, ...] = Field(default=(), strict=False)
    """Entity types that are left in the text as they are, and that no re-scan minds."""
    types: Mapping[str, TypeLimits] = Field(default={})
    """Types with an answer and score of their own, which win: `{IBAN_CODE: {answer: redact}}`."""
    score_from: Share = 0.4
    """Score in [0, 1] from which a finding drops or asks for review; below it is redacted."""

    @field_validator("drop", "review", "ignore", "types")
    @classmethod
    def _are_types(cls, names: tuple[str, ...] | Mapping[str, TypeLimits]) -> object:
        for name in names:
            near = get_close_matches(name.upper(), KNOWN_TYPES, n=1, cutoff=0.8)
            if near and name not in KNOWN_TYPES:  # one slip would let a card through
                message = f"is not right: {name} is no entity type; the nearest is {near[0]}"
                raise ValueError(message)
        return names

    @model_validator(mode="after")
    def _ignores_no_listed_type(self) -> "PrivacyLimits":
        both = sorted((set(self.drop) | set(self.review)) & set(self.ignore))
        if both:
            message = f"names {', '.join(both)} under ignore and under drop or review; keep one"
            raise ValueError(message)
        return self

    def find_unknown(self) -> dict[str, tuple[str, ...]]:
        """Return the entity types that none of our models finds, by the setting that names them."""
        named = {name: tuple(getattr(self, name)) for name in ("drop", "review", "ignore", "types")}
        unknown = {
            key: tuple(t for t in types if t not in KNOWN_TYPES) for key, types in named.items()
        }
        return {key: types for key, types in unknown.items() if types}

    @cached_property
    def dropped(self) -> tuple[str, ...]:
        """The types of which one finding drops."""
        return self._with_answer("drop", self.drop)

    @cached_property
    def reviewed(self) -> tuple[str, ...]:
        """The types of which one finding asks for a person."""
        return self._with_answer("review", self.review)

    @cached_property
    def scores_from(self) -> dict[str, float]:
        """The scores of single types, where they have one of their own."""
        return {name: t.score_from for name, t in self.types.items() if t.score_from is not None}

    def leaves(self, entity_type: str, score: float) -> bool:
        """Say whether a finding stays in the text as it is."""
        single = self.types.get(entity_type)
        if single is None:
            return entity_type in self.ignore
        if single.answer == "ignore":
            return score >= (single.score_from or 0.0)
        return single.answer == "redact" and score < (single.score_from or 0.0)

    def _with_answer(self, answer: str, listed: tuple[str, ...]) -> tuple[str, ...]:
        single = [name for name, limits in self.types.items() if limits.answer == answer]
        return (*(name for name in listed if name not in self.types), *single)
