"""What people and places live on, as fields of economic activity (Regsosek 1 to 26). Data only.

Occupations are the codes of the family card. Which field an occupation or a livelihood belongs to is our reading of
both lists (KBLI 2020), to be confirmed by the offices; an occupation without a field says nothing about its holder.
"""

from django.db import models

JOBLESS = "1"
OCCUPATIONS = {
    "8": (12,),  # trade
    "9": (1, 2, 3),  # farmer, planter
    "10": (5,),  # keeper of livestock
    "11": (4,),  # fisher
    "12": (8,),  # industry
    "13": (11,),  # construction
    "14": (13,),  # transport
    "20": (1, 2, 3),  # farm or plantation labourer
    "21": (4,),  # fishery labourer
    "22": (5,),  # livestock labourer
    "23": (25,),  # domestic worker
    "24": (24,),  # barber
    "25": (11,),  # electrician
    "26": (11,),  # mason
    "27": (8, 11),  # carpenter
    "28": (8,),  # shoemaker
    "29": (8,),  # welder, smith
    "30": (8,),  # tailor
    "32": (24,),  # make-up artist
    "33": (8,),  # dressmaker
    "34": (24,),  # hairdresser
    "35": (12,),  # mechanic
    "81": (13,),  # driver
    "84": (12,),  # trader
}


class Activity(models.TextChoices):
    """What people of a place live on."""

    ARTISANAL_MINING = "artisanal_mining"
    ECOTOURISM = "ecotourism"
    FARMING = "farming"
    AQUACULTURE = "fisheries_aquaculture"
    CAPTURE = "fisheries_capture"
    FOOD_CROPS = "food_crops"
    FOREST_PRODUCTS = "forest_products"
    HOME_GARDEN = "home_garden"
    HORTICULTURE = "horticulture"
    LIVESTOCK = "livestock"
    PLANTATION = "plantation"
    RUBBER = "plantation_rubber"
    CRAFTS = "crafts"
    CONSTRUCTION = "construction"
    TRADE = "trade"
    TRANSPORT = "transport"


# Livelihood -> its fields, and its words in Indonesian and English.
ACTIVITIES: dict[str, tuple[tuple[int, ...], str, str]] = {
    "artisanal_mining": ((7,), "tambang rakyat", "small-scale mining"),
    "ecotourism": ((14, 23), "wisata alam", "ecotourism"),
    "farming": ((1, 2, 3), "pertanian", "farming"),
    "fisheries_aquaculture": ((4,), "budidaya ikan", "fish farming"),
    "fisheries_capture": ((4,), "perikanan tangkap", "fishing"),
    "food_crops": ((1,), "tanaman pangan", "food crops"),
    "forest_products": ((6,), "hasil hutan", "forest products"),
    "home_garden": ((2,), "kebun pekarangan", "home gardens"),
    "horticulture": ((2,), "sayur dan buah", "vegetables and fruit"),
    "livestock": ((5,), "peternakan", "livestock"),
    "plantation": ((3,), "perkebunan", "plantations"),
    "plantation_rubber": ((3,), "kebun karet", "rubber"),
    "crafts": ((8,), "kerajinan dan industri kecil", "crafts and small industry"),
    "construction": ((11,), "bangunan", "construction"),
    "trade": ((12,), "perdagangan", "trade"),
    "transport": ((13,), "angkutan", "transport"),
}


def fields_of(activity: str) -> frozenset[int]:
    """The fields of economic activity of a livelihood."""
    return frozenset(ACTIVITIES[activity][0])


def occupations_in(sectors: frozenset[int]) -> list[str]:
    """The occupations that belong to any of these fields."""
    return [code for code, own in OCCUPATIONS.items() if sectors.intersection(own)]
