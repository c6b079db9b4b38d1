"""The table of states since 1946: their numbers and codes, days and names, as the lists that the field uses have them.

Sources. GW: Gleditsch & Ward 1999, Interstate System Membership, International Interactions 25(4), with their list of states to 2012 (a copy
found in public code; its microstates are not in it, so of those the number alone is given; its 7 January 1962 for Rwanda is taken for
1 July). COW: Correlates of War Project, State System Membership, version 2016. ISO: ISO 3166-1 and, of what was withdrawn, ISO 3166-3.
UCDP: numbers, actor ids and names in the UCDP/PRIO, dyadic and battle-death files, 24.1 and 25.1, and in ESD 18.1.
Terms. UCDP: CC BY 4.0; with the copies of the lists of GW and COW none are stated. Codes, days and names are facts: no file of theirs is
shipped. Whoever publishes with these codes cites the lists themselves.

Columns: name | GW number, first and last day | COW number, abbreviation, days | ISO alpha-2 and alpha-3, the four letters of ISO 3166-3, and
in brackets codes that the same state had before | UCDP's id of the government, after UCDP's number where that is not GW's | other names,
which go on in a line that starts with "+". A last day is left out where the list is still open; days before 1946 that ended by then
are left out whole. A row is a state as long as none of its numbers changes. One number of several states is cut where the state changed:
365 with the end of the Soviet Union, 816 with the union of Vietnam, 345 with the union of Serbia and Montenegro, 260 and 678
as COW cuts them. ISO has no code for Kosovo, Zanzibar, Tibet and Hyderabad; VN stood for South Vietnam until 1976.
"""

from __future__ import annotations

STATES = """
United States of America | 2 1816-01-01/ | 2 USA 1816-01-01/ | US USA | 3 | United States; US; U.S.
Canada | 20 1867-07-01/ | 20 CAN 1920-01-10/ | CA CAN | |
Bahamas | 31 1973-07-10/ | 31 BHM 1973-07-10/ | BS BHS | |
Cuba | 40 1902-05-20/ | 40 CUB 1909-01-23/ | CU CUB | 5 |
Haiti | 41 1934-08-15/ | 41 HAI 1934-08-15/ | HT HTI | 6 |
Dominican Republic | 42 1844-02-27/ | 42 DOM 1924-09-29/ | DO DOM | 7 |
Jamaica | 51 1962-08-06/ | 51 JAM 1962-08-06/ | JM JAM | |
Trinidad and Tobago | 52 1962-08-31/ | 52 TRI 1962-08-31/ | TT TTO | 8 |
Barbados | 53 1966-11-30/ | 53 BAR 1966-11-30/ | BB BRB | |
Dominica | 54 | 54 DMA 1978-11-03/ | DM DMA | |
Grenada | 55 | 55 GRN 1974-02-07/ | GD GRD | 9 |
St. Lucia | 56 | 56 SLU 1979-02-22/ | LC LCA | |
St. Vincent and the Grenadines | 57 | 57 SVG 1979-10-27/ | VC VCT | |
Antigua and Barbuda | 58 | 58 AAB 1981-11-01/ | AG ATG | | Antigua & Barbuda
St. Kitts and Nevis | 60 | 60 SKN 1983-09-19/ | KN KNA | |
Mexico | 70 1821-07-01/ | 70 MEX 1831-01-01/ | MX MEX | 10 |
Belize | 80 1981-09-21/ | 80 BLZ 1981-09-21/ | BZ BLZ | |
Guatemala | 90 1840-01-01/ | 90 GUA 1868-01-01/ | GT GTM | 11 |
Honduras | 91 1840-01-01/ | 91 HON 1899-01-01/ | HN HND | 12 |
El Salvador | 92 1840-01-01/ | 92 SAL 1875-01-01/ | SV SLV | 13 |
Nicaragua | 93 1840-01-01/ | 93 NIC 1900-01-01/ | NI NIC | 14 |
Costa Rica | 94 1840-01-01/ | 94 COS 1920-01-01/ | CR CRI | 15 |
Panama | 95 1903-11-03/ | 95 PAN 1903-11-03/ | PA PAN | 16 |
Colombia | 100 1830-09-23/ | 100 COL 1831-01-01/ | CO COL | 17 |
Venezuela | 101 1829-01-01/ | 101 VEN 1841-01-01/ | VE VEN | 18 |
Guyana | 110 1966-05-26/ | 110 GUY 1966-05-26/ | GY GUY | |
Suriname | 115 1975-11-25/ | 115 SUR 1975-11-25/ | SR SUR | 19 | Surinam
Ecuador | 130 1830-05-13/ | 130 ECU 1854-01-01/ | EC ECU | 20 |
Peru | 135 1824-12-09/ | 135 PER 1839-01-01/ | PE PER | 21 |
Brazil | 140 1822-09-07/ | 140 BRA 1822-09-07/ | BR BRA | |
Bolivia | 145 1825-08-06/ | 145 BOL 1848-01-01/ | BO BOL | 23 |
Paraguay | 150 1816-01-01/ | 150 PAR 1876-06-22/ | PY PRY | 24 |
Chile | 155 1818-04-01/ | 155 CHL 1839-01-01/ | CL CHL | 25 |
Argentina | 160 1816-07-09/ | 160 ARG 1841-01-01/ | AR ARG | 26 |
Uruguay | 165 1830-05-26/ | 165 URU 1882-01-01/ | UY URY | 27 |
United Kingdom | 200 1816-01-01/ | 200 UKG 1816-01-01/ | GB GBR | 28 | UK; Britain; Great Britain
Ireland | 205 1921-12-06/ | 205 IRE 1922-12-06/ | IE IRL | |
Netherlands | 210 1816-01-01/ | 210 NTH 1945-06-26/ | NL NLD | 30 |
Belgium | 211 1830-10-04/ | 211 BEL 1945-06-26/ | BE BEL | |
Luxembourg | 212 1867-05-11/ | 212 LUX 1944-09-10/ | LU LUX | |
France | 220 1816-01-01/ | 220 FRN 1944-08-25/ | FR FRA | 33 |
Monaco | 221 | 221 MNC 1993-05-28/ | MC MCO | |
Liechtenstein | 223 | 223 LIE 1990-09-18/ | LI LIE | |
Switzerland | 225 1816-01-01/ | 225 SWZ 1816-01-01/ | CH CHE | |
Spain | 230 1816-01-01/ | 230 SPN 1816-01-01/ | ES ESP | 35 |
Andorra | 232 | 232 AND 1993-07-28/ | AD AND | |
Portugal | 235 1816-01-01/ | 235 POR 1816-01-01/ | PT PRT | 36 |
Germany | 260 1990-10-03/ | 255 GMY 1990-10-03/ | DE DEU | | Federal Republic of Germany
Poland | 290 1918-11-11/ | 290 POL 1945-06-28/ | PL POL | |
Austria | 305 1918-11-14/ | 305 AUS 1955-07-27/ | AT AUT | |
Hungary | 310 1918-11-03/ | 310 HUN 1918-11-16/ | HU HUN | 40 |
Czech Republic | 316 1993-01-01/ | 316 CZR 1993-01-01/ | CZ CZE | | Czechia
Slovakia | 317 1993-01-01/ | 317 SLO 1993-01-01/ | SK SVK | |
Italy | 325 1816-01-01/ | 325 ITA 1816-01-01/ | IT ITA | | Italy/Sardinia
San Marino | 331 | 331 SNM 1992-03-02/ | SM SMR | |
Malta | 338 1964-09-21/ | 338 MLT 1964-09-21/ | MT MLT | |
Albania | 339 1913-01-01/ | 339 ALB 1944-11-17/ | AL ALB | 45 |
Montenegro | 341 2006-06-03/ | 341 MNG 2006-06-12/ | ME MNE | |
North Macedonia | 343 1991-11-20/ | 343 MAC 1993-04-08/ | MK MKD | 47 | Macedonia; Macedonia (Former Yugoslav Republic of)
Croatia | 344 1992-04-27/ | 344 CRO 1992-01-15/ | HR HRV | 48 |
Serbia | 340 2006-06-05/ | 345 YUG 2006-06-05/ | RS SRB | 345 49 | Serbia (Yugoslavia); Yugoslavia (Serbia)
Bosnia and Herzegovina | 346 1992-04-27/ | 346 BOS 1992-04-07/ | BA BIH | 50 | Bosnia-Herzegovina
Kosovo | 347 2008-02-17/ | 347 KOS 2008-02-20/ | | |
Slovenia | 349 1992-04-27/ | 349 SLV 1992-01-15/ | SI SVN | |
Greece | 350 1828-04-25/ | 350 GRC 1944-10-13/ | GR GRC | 52 |
Cyprus | 352 1960-08-16/ | 352 CYP 1960-08-16/ | CY CYP | 53 |
Bulgaria | 355 1878-03-03/ | 355 BUL 1908-10-05/ | BG BGR | |
Moldova | 359 1991-08-27/ | 359 MLD 1991-12-26/ | MD MDA | 55 |
Romania | 360 1878-07-13/ | 360 ROM 1878-07-13/ | RO ROU | 56 | Rumania
Russia | 365 1991-12-26/ | 365 RUS 1991-12-26/ | RU RUS | 57 | Russia (Soviet Union); Russian Federation
Estonia | 366 1991-09-06/ | 366 EST 1991-09-06/ | EE EST | |
Latvia | 367 1991-09-06/ | 367 LAT 1991-09-06/ | LV LVA | |
Lithuania | 368 1991-09-06/ | 368 LIT 1991-09-06/ | LT LTU | |
Ukraine | 369 1991-12-01/ | 369 UKR 1991-12-26/ | UA UKR | 61 |
Belarus | 370 1991-08-25/ | 370 BLR 1991-12-26/ | BY BLR (BYS BYAA) | | Belarus (Byelorussia); Byelorussia
Armenia | 371 1991-12-21/ | 371 ARM 1991-12-26/ | AM ARM | |
Georgia | 372 1991-09-06/ | 372 GRG 1991-12-26/ | GE GEO | 63 |
Azerbaijan | 373 1991-12-21/ | 373 AZE 1991-12-26/ | AZ AZE | 64 |
Finland | 375 1917-12-06/ | 375 FIN 1917-12-06/ | FI FIN | |
Sweden | 380 1816-01-01/ | 380 SWD 1816-01-01/ | SE SWE | |
Norway | 385 1905-08-26/ | 385 NOR 1945-05-07/ | NO NOR | |
Denmark | 390 1816-01-01/ | 390 DEN 1945-05-07/ | DK DNK | |
Iceland | 395 1944-06-17/ | 395 ICE 1944-06-17/ | IS ISL | |
Cape Verde | 402 1975-07-05/ | 402 CAP 1975-07-05/ | CV CPV | | Cabo Verde
Sao Tome and Principe | 403 | 403 STP 1975-07-12/ | ST STP | | São Tomé and Príncipe
Guinea-Bissau | 404 1974-09-10/ | 404 GNB 1974-09-10/ | GW GNB | 70 |
Equatorial Guinea | 411 1968-10-12/ | 411 EQG 1968-10-12/ | GQ GNQ | |
Gambia | 420 1965-02-18/ | 420 GAM 1965-02-18/ | GM GMB | 71 |
Mali | 432 1960-09-22/ | 432 MLI 1960-06-20/ | ML MLI | 72 |
Senegal | 433 1960-04-04/ | 433 SEN 1960-08-20/ | SN SEN | 73 |
Benin | 434 1960-08-01/ | 434 BEN 1960-08-01/ | BJ BEN (DY DHY DYBJ) | 1209 | Dahomey
Mauritania | 435 1960-11-28/ | 435 MAA 1960-11-28/ | MR MRT | 74 |
Niger | 436 1960-08-03/ | 436 NIR 1960-10-03/ | NE NER | 75 |
Ivory Coast | 437 1960-08-07/ | 437 CDI 1960-08-07/ | CI CIV | 76 | Cote D'Ivoire; Côte d'Ivoire
Guinea | 438 1958-10-02/ | 438 GUI 1958-10-02/ | GN GIN | 77 |
Burkina Faso | 439 1960-08-05/ | 439 BFO 1960-08-05/ | BF BFA (HV HVO HVBF) | 78 | Burkina Faso (Upper Volta); Upper Volta
Liberia | 450 1847-07-26/ | 450 LBR 1920-06-30/ | LR LBR | 79 |
Sierra Leone | 451 1961-04-27/ | 451 SIE 1961-04-27/ | SL SLE | 80 |
Ghana | 452 1957-03-06/ | 452 GHA 1957-03-06/ | GH GHA | 81 |
Togo | 461 1960-04-27/ | 461 TOG 1960-04-27/ | TG TGO | 82 |
Cameroon | 471 1960-01-01/ | 471 CAO 1960-01-01/ | CM CMR | 83 |
Nigeria | 475 1960-10-01/ | 475 NIG 1960-10-01/ | NG NGA | 84 |
Gabon | 481 1960-08-17/ | 481 GAB 1960-08-17/ | GA GAB | 85 |
Central African Republic | 482 1960-08-13/ | 482 CEN 1960-08-13/ | CF CAF | 86 |
Chad | 483 1960-08-11/ | 483 CHA 1960-08-11/ | TD TCD | 87 |
Congo | 484 1960-08-15/ | 484 CON 1960-08-15/ | CG COG | 88 | Congo-Brazzaville; Republic of the Congo
Democratic Republic of the Congo | 490 1960-06-30/ | 490 DRC 1960-06-30/ | CD COD (ZR ZAR ZRCD) | 89 |
+ Congo, Democratic Republic of (Zaire); DR Congo (Zaire); Zaire; DR Congo; Congo-Kinshasa
Uganda | 500 1962-10-09/ | 500 UGA 1962-10-09/ | UG UGA | 90 |
Kenya | 501 1963-12-12/ | 501 KEN 1963-12-12/ | KE KEN | 91 |
Tanzania | 510 1961-12-09/ | 510 TAZ 1961-12-09/ | TZ TZA | 92 | Tanzania/Tanganyika; Tanganyika
Burundi | 516 1962-07-01/ | 516 BUI 1962-07-01/ | BI BDI | 93 |
Rwanda | 517 1962-07-01/ | 517 RWA 1962-07-01/ | RW RWA | 94 |
Somalia | 520 1960-07-01/ | 520 SOM 1960-07-01/ | SO SOM | 95 |
Djibouti | 522 1977-06-27/ | 522 DJI 1977-06-27/ | DJ DJI (AI AFI AIDJ) | 96 |
Ethiopia | 530 1855-02-11/ | 530 ETH 1941-05-05/ | ET ETH | 97 |
Eritrea | 531 1993-05-24/ | 531 ERI 1993-05-24/ | ER ERI | 98 |
Angola | 540 1975-11-11/ | 540 ANG 1975-11-11/ | AO AGO | 99 |
Mozambique | 541 1975-06-25/ | 541 MZM 1975-06-25/ | MZ MOZ | 100 |
Zambia | 551 1964-10-24/ | 551 ZAM 1964-10-24/ | ZM ZMB | |
Zimbabwe | 552 1965-11-11/ | 552 ZIM 1965-11-11/ | ZW ZWE (RH RHO RHZW) | 101 | Zimbabwe (Rhodesia); Rhodesia; Southern Rhodesia
Malawi | 553 1964-07-06/ | 553 MAW 1964-07-06/ | MW MWI | | Nyasaland
South Africa | 560 1910-05-31/ | 560 SAF 1920-01-10/ | ZA ZAF | 102 |
Namibia | 565 1990-03-21/ | 565 NAM 1990-03-21/ | NA NAM | |
Lesotho | 570 1966-10-04/ | 570 LES 1966-10-04/ | LS LSO | 104 |
Botswana | 571 1966-09-30/ | 571 BOT 1966-09-30/ | BW BWA | |
Eswatini | 572 1968-09-06/ | 572 SWA 1968-09-06/ | SZ SWZ | | Swaziland
Madagascar | 580 1960-06-26/ | 580 MAG 1960-06-26/ | MG MDG | 106 |
Comoros | 581 1975-07-06/ | 581 COM 1975-12-31/ | KM COM | 107 |
Mauritius | 590 1968-03-12/ | 590 MAS 1968-03-12/ | MU MUS | |
Seychelles | 591 | 591 SEY 1976-06-29/ | SC SYC | |
Morocco | 600 1956-03-02/ | 600 MOR 1956-03-02/ | MA MAR | 108 |
Algeria | 615 1962-07-05/ | 615 ALG 1962-07-05/ | DZ DZA | 109 |
Tunisia | 616 1956-01-01/ | 616 TUN 1956-03-20/ | TN TUN | 110 |
Libya | 620 1951-12-24/ | 620 LIB 1951-12-24/ | LY LBY | 111 |
Sudan | 625 1956-01-01/ | 625 SUD 1956-01-01/ | SD SDN | 112 |
South Sudan | 626 2011-07-09/ | 626 SSD 2011-07-09/ | SS SSD | 113 |
Iran | 630 1816-01-01/ | 630 IRN 1855-01-01/ | IR IRN | 114 | Iran (Persia); Persia
Turkey | 640 1816-01-01/ | 640 TUR 1816-01-01/ | TR TUR | 115 | Turkey (Ottoman Empire); Türkiye; Turkiye
Iraq | 645 1932-10-03/ | 645 IRQ 1932-10-03/ | IQ IRQ | 116 |
Egypt | 651 1922-02-28/ | 651 EGY 1937-05-26/ | EG EGY | 117 | United Arab Republic
Syria | 652 1946-01-01/ | 652 SYR 1946-04-17/1958-02-01 1961-09-29/ | SY SYR | 118 |
Lebanon | 660 1944-11-22/ | 660 LEB 1946-03-10/ | LB LBN | 119 |
Jordan | 663 1946-05-25/ | 663 JOR 1946-03-22/ | JO JOR | 120 |
Israel | 666 1948-05-14/ | 666 ISR 1948-05-14/ | IL ISR | 121 |
Saudi Arabia | 670 1932-09-23/ | 670 SAU 1927-05-20/ | SA SAU | 122 |
Yemen | 678 1990-05-22/ | 679 YEM 1990-05-22/ | YE YEM | 123 | Yemen (Arab Republic of Yemen); Yemen (North Yemen)
+ Republic of Yemen
Kuwait | 690 1961-06-19/ | 690 KUW 1961-06-19/ | KW KWT | 125 |
Bahrain | 692 1971-08-15/ | 692 BAH 1971-08-15/ | BH BHR | |
Qatar | 694 1971-09-03/ | 694 QAT 1971-09-03/ | QA QAT | |
United Arab Emirates | 696 1971-12-02/ | 696 UAE 1971-12-02/ | AE ARE | | UAE; Emirates
Oman | 698 1816-01-01/ | 698 OMA 1971-10-07/ | OM OMN | 129 |
Afghanistan | 700 1919-05-01/ | 700 AFG 1919-08-08/ | AF AFG | 130 |
Turkmenistan | 701 1991-10-27/ | 701 TKM 1991-12-26/ | TM TKM | |
Tajikistan | 702 1991-09-09/ | 702 TAJ 1991-12-26/ | TJ TJK | 131 |
Kyrgyzstan | 703 1991-08-31/ | 703 KYR 1991-12-26/ | KG KGZ | 132 | Kyrgyz Republic
Uzbekistan | 704 1991-08-31/ | 704 UZB 1991-12-26/ | UZ UZB | 133 |
Kazakhstan | 705 1991-12-16/ | 705 KZK 1991-12-26/ | KZ KAZ | |
China | 710 1816-01-01/ | 710 CHN 1860-10-25/ | CN CHN | 135 | People's Republic of China
Mongolia | 712 1921-03-13/ | 712 MON 1921-03-13/ | MN MNG | |
Taiwan | 713 1949-12-08/ | 713 TAW 1949-12-08/ | TW TWN | 137 | Republic of China
North Korea | 731 1948-09-09/ | 731 PRK 1948-09-09/ | KP PRK | 138 | Korea, People's Republic of; DPRK
+ Democratic People's Republic of Korea
South Korea | 732 1948-08-15/ | 732 ROK 1949-06-29/ | KR KOR | 139 | Korea, Republic of; Republic of Korea
Japan | 740 1816-01-01/ | 740 JPN 1952-04-28/ | JP JPN | |
India | 750 1947-08-15/ | 750 IND 1947-08-15/ | IN IND | 141 |
Bhutan | 760 1949-01-01/ | 760 BHU 1971-09-21/ | BT BTN | |
Pakistan | 770 1947-08-14/ | 770 PAK 1947-08-14/ | PK PAK | 142 |
Bangladesh | 771 1971-12-16/ | 771 BNG 1971-12-16/ | BD BGD | 143 |
Myanmar | 775 1948-01-04/ | 775 MYA 1948-01-04/ | MM MMR (BU BUR BUMM) | 144 | Myanmar (Burma); Burma
Sri Lanka | 780 1948-02-04/ | 780 SRI 1948-02-04/ | LK LKA | 145 | Sri Lanka (Ceylon); Ceylon
Maldives | 781 1965-05-26/ | 781 MAD 1965-07-26/ | MV MDV | |
Nepal | 790 1816-01-01/ | 790 NEP 1920-01-01/ | NP NPL | 146 |
Thailand | 800 1816-01-01/ | 800 THI 1887-01-01/ | TH THA | 147 |
Cambodia | 811 1953-11-09/ | 811 CAM 1953-11-09/ | KH KHM | 148 | Cambodia (Kampuchea); Kampuchea
Laos | 812 1954-05-01/ | 812 LAO 1953-10-23/ | LA LAO | 149 |
Vietnam | 816 1976-07-02/ | 816 DRV 1976-07-02/ | VN VNM | 150 | Viet Nam; Vietnam, Democratic Republic of
+ Vietnam (North Vietnam); Socialist Republic of Vietnam
Malaysia | 820 1957-08-31/ | 820 MAL 1957-08-31/ | MY MYS | 152 |
Singapore | 830 1965-08-09/ | 830 SIN 1965-08-09/ | SG SGP | |
Brunei | 835 1984-01-01/ | 835 BRU 1984-01-01/ | BN BRN | |
Philippines | 840 1946-07-04/ | 840 PHI 1946-07-04/ | PH PHL | 154 |
Indonesia | 850 1945-08-17/ | 850 INS 1949-12-27/ | ID IDN | 155 |
East Timor | 860 2002-05-20/ | 860 ETM 2002-09-27/ | TL TLS (TP TMP TPTL) | | Timor-Leste
Australia | 900 1901-01-01/ | 900 AUL 1920-01-10/ | AU AUS | |
Papua New Guinea | 910 1975-09-16/ | 910 PNG 1975-09-16/ | PG PNG | 157 |
New Zealand | 920 1907-09-01/ | 920 NEW 1920-01-10/ | NZ NZL | |
Vanuatu | 935 | 935 VAN 1981-09-15/ | VU VUT (NH NHB NHVU) | |
Solomon Islands | 940 1978-07-07/ | 940 SOL 1978-07-07/ | SB SLB | |
Kiribati | 970 | 946 KIR 1999-09-14/ | KI KIR | |
Tuvalu | 973 | 947 TUV 2000-09-05/ | TV TUV | |
Fiji | 950 1970-10-10/ | 950 FIJ 1970-10-10/ | FJ FJI | |
Tonga | 972 | 955 TON 1999-09-14/ | TO TON | |
Nauru | 971 | 970 NAU 1999-09-14/ | NR NRU | |
Marshall Islands | 983 | 983 MSI 1991-09-17/ | MH MHL | |
Palau | 986 | 986 PAL 1994-12-15/ | PW PLW | |
Federated States of Micronesia | 987 | 987 FSM 1991-09-17/ | FM FSM | | Micronesia
Samoa | 990 | 990 WSM 1976-12-15/ | WS WSM | |
"""

FORMER_STATES = """
West Germany | 260 1949-09-21/1990-10-02 | 260 GFR 1955-05-05/1990-10-02 | DE DEU | | German Federal Republic
+ Germany, Federal Republic of; Federal Republic of Germany; FRG
East Germany | 265 1949-10-05/1990-10-02 | 265 GDR 1954-03-25/1990-10-02 | DD DDR DDDE | | German Democratic Republic; GDR; DDR
Czechoslovakia | 315 1918-11-11/1992-12-31 | 315 CZE 1945-05-10/1992-12-31 | CS CSK CSHH | |
Yugoslavia | 345 1918-12-01/2003-02-03 | 345 YUG 1944-10-20/2003-02-03 | YU YUG YUCS | 49 | Serbia (Yugoslavia)
+ Yugoslavia (Serbia)
Serbia and Montenegro | 345 2003-02-04/2006-06-04 | 345 YUG 2003-02-04/2006-06-04 | CS SCG CSXX | 49 | Yugoslavia
+ Serbia (Yugoslavia); Yugoslavia (Serbia)
Soviet Union | 365 1922-12-30/1991-12-25 | 365 RUS 1922-12-30/1991-12-25 | SU SUN SUHH | 57 | Russia (Soviet Union)
+ USSR; U.S.S.R.; Russia
Zanzibar | 511 1963-12-19/1964-04-26 | 511 ZAN 1963-12-19/1964-04-26 | | |
North Yemen | 678 1918-10-30/1990-05-21 | 678 YAR 1926-09-02/1990-05-21 | YE YEM | 123 | Yemen Arab Republic
+ Yemen (Arab Republic of Yemen); Yemen (North Yemen)
South Yemen | 680 1967-11-30/1990-05-21 | 680 YPR 1967-11-30/1990-05-21 | YD YMD YDYE | 124 | Yemen People's Republic
+ Yemen, People's Republic of; Democratic Yemen; People's Democratic Republic of Yemen
Tibet | 711 1913-01-01/1950-10-01 | | | |
Hyderabad | | | | 751 2 |
North Vietnam | 816 1954-05-01/1976-07-01 | 816 DRV 1954-07-21/1976-07-01 | VD VDR VDVN | 150 |
+ Vietnam, Democratic Republic of; Vietnam (North Vietnam); Democratic Republic of Vietnam
South Vietnam | 817 1954-05-01/1975-04-30 | 817 RVN 1954-06-04/1975-04-30 | VN VNM | 151 | Republic of Vietnam
+ Vietnam, Republic of
"""
"""States that no longer exist."""
