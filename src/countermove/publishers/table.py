"""The files of publishers that are known by their contents: who made them, under which terms, and the checksum of the copy at hand.

None is shipped. The checksums are those of third-party copies that were never compared with the publishers' files: a file fresh from its
publisher may differ and be right. Addresses were found in public code and have not been tried from here; where a publisher offers no
address for the very file, it is empty, and the page says where to look. Where terms are not known, that is what is said.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One file: its name here, its place in the data folder, and the format of FORMATS that reads it ("" where none does yet).

    `url` gives the file itself or an archive with it; `sha256` and `size`, in bytes, are those of the copy at hand.
    """

    name: str
    path: str
    format: str
    publisher: str
    what: str
    licence: str
    citation: str
    page: str
    url: str
    sha256: str
    size: int


UCDP = "Uppsala Conflict Data Program"
UCDP_PAGE = "https://ucdp.uu.se/downloads/"
ICB_PAGE = "https://sites.duke.edu/icbdata/data-collections/"
COW_PAGE = "https://correlatesofwar.org/data-sets/"

BY = "CC BY 4.0"
CHECK = "CC BY 4.0; one catalogue says CC BY-NC: check with the publisher before commercial use"
NOT_STATED = "not stated with the copy at hand: ask the publisher"

GED = (
    "Sundberg & Melander 2013, Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4);"
    " Davies, Pettersson & Öberg 2022, Organized violence 1989-2021, Journal of Peace Research 59(4)"
)
GED19 = "Sundberg & Melander 2013, Introducing the UCDP Georeferenced Event Dataset, Journal of Peace Research 50(4)"
ESD = "Meier, Karlén, Pettersson & Croicu 2022, External support in armed conflicts, Journal of Peace Research"
EXTSUP = "Högbladh, Pettersson & Themnér 2011, External Support in Armed Conflict 1975-2009, ISA Convention, Montreal"
DAVIES24 = "Davies, Engström, Pettersson & Öberg 2024, Organized violence 1989-2023, Journal of Peace Research 61(4)"
KREUTZ = "Kreutz 2010, How and When Armed Conflicts End, Journal of Peace Research 47(2), 243-250"
DYADS = (
    "Harbom, Melander & Wallensteen 2008, Dyadic Dimensions of Armed Conflict, 1946-2007, Journal of Peace Research 45(5), 697-710"
)
ACD = "Gleditsch, Wallensteen, Eriksson, Sollenberg & Strand 2002, Armed Conflict 1946-2001, Journal of Peace Research 39(5)"
PEACE = "Högbladh 2022, UCDP Peace Agreement Dataset Codebook, version 22.1"
TROOPS = "Allen, Flynn & Martinez Machain 2022, US global military deployments"
ICB = "Brecher & Wilkenfeld 1997, A Study of Crisis; Brecher, Wilkenfeld, Beardsley, James & Quinn, ICB Data Codebook, version 14"
NSA = "Cunningham, Gleditsch & Salehyan 2013, Non-state actors in civil wars: A new dataset"
CIMI = "Sullivan & Karreth 2014, replication data"
COW = "Correlates of War Project"
GML = "Gibler, Miller & Little, militarized interstate disputes"

KNOWN: tuple[Known, ...] = (
    Known(
        name="ged-ukraine",
        path="ged/ged221_ukraine_2014_2021.csv",
        format="ucdp-ged",
        publisher=UCDP,
        what="Georeferenced events in Ukraine 2014-2021: an extract of 20 columns, of GED 22.1 by its coverage",
        licence=BY,
        citation=GED,
        page=UCDP_PAGE,
        url="",
        sha256="6c267253e7a7d2e46b7c3f37869c289abb47456d8b724cd197c539002c733df9",
        size=475954,
    ),
    Known(
        name="ged-syria",
        path="ged/ucdp_syria_191_events.csv.gz",
        format="ucdp-ged",
        publisher=UCDP,
        what="Georeferenced events in Syria 2016-2019: an extract of 20 columns of GED 19.1",
        licence=BY,
        citation=GED19,
        page=UCDP_PAGE,
        url="",
        sha256="0a16eeca9bb58ec6cbe7c2efdb4297763f0c4028acfc502624e741c484cc62a3",
        size=247222,
    ),
    Known(
        name="esd-side-year",
        path="esd/ucdp-esd-ay-181.csv",
        format="ucdp-esd-side-year",
        publisher=UCDP,
        what="External support by side, dyad and year 1975-2017, ESD 18.1",
        licence=CHECK,
        citation=ESD,
        page=UCDP_PAGE,
        url="",
        sha256="33b04447dee6c9093e0252d549efd8101081deee74001b7eca390b285590dda6",
        size=1383303,
    ),
    Known(
        name="esd-dyad-year",
        path="esd/ucdp-esd-dy-181.csv",
        format="",
        publisher=UCDP,
        what="External support by dyad and year 1975-2017, ESD 18.1",
        licence=CHECK,
        citation=ESD,
        page=UCDP_PAGE,
        url="",
        sha256="6ad658d5680b35e3308397bf92d0d37c9655cc27471974b453bc7a3e971ac35c",
        size=766099,
    ),
    Known(
        name="support",
        path="esd/ucdp_extsup_v1_supporter_level_1975_2009.csv",
        format="ucdp-support",
        publisher=UCDP,
        what="External support by supporter, side, dyad and year 1975-2009, version 1",
        licence=NOT_STATED,
        citation=EXTSUP,
        page=UCDP_PAGE,
        url="",
        sha256="bac1e95834f22c41a6805cec714871960839d7af2d141263fb3c5764fbb401fa",
        size=1042275,
    ),
    Known(
        name="battle-deaths",
        path="ucdp/BattleDeaths_v24_1_dyadic.csv",
        format="ucdp-battle-deaths",
        publisher=UCDP,
        what="Battle-related deaths by dyad and year 1989-2023, version 24.1",
        licence=BY,
        citation=DAVIES24,
        page=UCDP_PAGE,
        url="https://ucdp.uu.se/downloads/brd/ucdp-brd-dyadic-241-csv.zip",
        sha256="3fa7fe94cdf441cc4aaef3ac23f475234cec209b8caac9b3654303a1a9bf10c3",
        size=354785,
    ),
    Known(
        name="endings",
        path="ucdp/ucdp-term-dyad-3-2021.csv",
        format="ucdp-endings",
        publisher=UCDP,
        what="How dyads ended 1946-2020, version 3-2021",
        licence=BY,
        citation=KREUTZ,
        page=UCDP_PAGE,
        url="",
        sha256="65e801c057b0dc5aa037d0620c5bbfc42ebbd90376c694386b603ef6a73fb53e",
        size=549174,
    ),
    Known(
        name="dyads",
        path="ucdp/ucdp-dyadic-251.csv",
        format="",
        publisher=UCDP,
        what="Dyads of armed conflicts 1946-2024, version 25.1",
        licence=BY,
        citation=DYADS,
        page=UCDP_PAGE,
        url="",
        sha256="e5bf6e3779a903f3df3ec476592332ce51ccf3798174b3db4c1b06dd1dd5a7ba",
        size=596874,
    ),
    Known(
        name="conflicts",
        path="ucdp/ucdp-prio-acd-251.csv",
        format="",
        publisher="Uppsala Conflict Data Program and PRIO",
        what="Armed conflicts 1946-2024, version 25.1",
        licence=BY,
        citation=ACD,
        page=UCDP_PAGE,
        url="https://ucdp.uu.se/downloads/ucdpprio/ucdp-prio-acd-251-csv.zip",
        sha256="a7a2ff6caf6c854f4fafb1b17f616da1ed6bbc00612943ec6e071511ebea7a81",
        size=506186,
    ),
    Known(
        name="agreements",
        path="peace/ucdp-peace-agreements-221.csv",
        format="",
        publisher=UCDP,
        what="Peace agreements 1975-2021, version 22.1",
        licence=BY,
        citation=PEACE,
        page=UCDP_PAGE,
        url="",
        sha256="62af4108eb35d4aa8c8886f0e07bd0f4f884785183f53f51aefea86c889305d9",
        size=913028,
    ),
    Known(
        name="us-troops",
        path="us_troops/us_troops_country_year.csv",
        format="",
        publisher="Allen, Flynn & Martinez Machain",
        what="US troops abroad by country and year 1950-2024",
        licence=NOT_STATED,
        citation=TROOPS,
        page="",
        url="",
        sha256="875aa5c712506950786d791feb2a01b030c61e9afbc6df37baee5f453ce5fe5e",
        size=1173307,
    ),
    Known(
        name="crises",
        path="icb/icb1v14.csv",
        format="",
        publisher="International Crisis Behavior Project",
        what="International crises 1918-2017, version 14",
        licence=NOT_STATED,
        citation=ICB,
        page=ICB_PAGE,
        url="",
        sha256="f0115d16b6ca8266a471cf53c8db54de32a64ba8e5855d727a51ee699014db1f",
        size=107080,
    ),
    Known(
        name="crisis-actors",
        path="icb/icb2v14.csv",
        format="",
        publisher="International Crisis Behavior Project",
        what="Actors of international crises 1918-2017, version 14",
        licence=NOT_STATED,
        citation=ICB,
        page=ICB_PAGE,
        url="",
        sha256="ccffd1fa3bbe8be1394e7e5199c78b161fdc498f0ea7d4faebe0634b621be5ba",
        size=259671,
    ),
    Known(
        name="rebels",
        path="nsa/nsa_v3.4_21November2013.tsv",
        format="",
        publisher="Cunningham, Gleditsch & Salehyan",
        what="Strength and support of rebels 1945-2011, version 3.4",
        licence=NOT_STATED,
        citation=NSA,
        page="",
        url="",
        sha256="13f657f945c723f5ac3a28e71f4c766424997ea79c3a8558faa8cfdee4a3f58e",
        size=156072,
    ),
    Known(
        name="interventions",
        path="replication/CIMI_sullivan_karreth.csv",
        format="",
        publisher="Sullivan & Karreth",
        what="Interventions in civil wars 1946-2010, replication data",
        licence=NOT_STATED,
        citation=CIMI,
        page="",
        url="",
        sha256="f3bc42588adc0dd92c9b84b8224b0186f81f15e7e6f163032d8d862d457ef04c",
        size=218433,
    ),
    Known(
        name="capabilities",
        path="cow/cow_nmc.csv",
        format="",
        publisher="Correlates of War",
        what="National material capabilities, to 2022",
        licence=NOT_STATED,
        citation=COW,
        page=COW_PAGE,
        url="",
        sha256="d989d0efc81de260d4adcdfac85a5fa22c17a077a81e55ea9c2e75753c4e3d61",
        size=1079260,
    ),
    Known(
        name="states",
        path="cow/cow_states.csv",
        format="",
        publisher="Correlates of War",
        what="States of the international system",
        licence=NOT_STATED,
        citation=COW,
        page=COW_PAGE,
        url="",
        sha256="e7f006df03a7e17d51f89f1ccd6838a15df53d79ab4c6b2b05277324ccfc4869",
        size=14491,
    ),
    Known(
        name="major-powers",
        path="cow/cow_majors.csv",
        format="",
        publisher="Correlates of War",
        what="Major powers",
        licence=NOT_STATED,
        citation=COW,
        page=COW_PAGE,
        url="",
        sha256="a06dfdc84fe862b74a3b01aae687a4303851d54b17297a77fa0e5527a3ef507d",
        size=685,
    ),
    Known(
        name="disputes",
        path="cow/gml_mid_disps.csv",
        format="",
        publisher="Gibler, Miller & Little",
        what="Militarized interstate disputes, to 2010",
        licence=NOT_STATED,
        citation=GML,
        page="",
        url="",
        sha256="aac37dadc347da9fb484bc6438553c78236f17d783905f8053264cb5f0f30e70",
        size=115101,
    ),
)
