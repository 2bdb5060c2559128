"""Where Azure's regions are, as lists of locations tell it: geography, place, coordinates, paired region."""

from dataclasses import dataclass

# What the names of regions are prefixed with in lists: "(US) East US".
GROUPS = {
    "United States": "US",
    "Canada": "Canada",
    "Brazil": "South America",
    "Chile": "South America",
    "Mexico": "Mexico",
    "South Africa": "Africa",
    "Israel": "Middle East",
    "Qatar": "Middle East",
    "UAE": "Middle East",
    **dict.fromkeys(
        ("Asia Pacific", "Australia", "India", "Indonesia", "Japan", "Korea", "Malaysia", "New Zealand"), "Asia Pacific"
    ),
}
_OTHERWISE = "Europe"


@dataclass(frozen=True, slots=True)
class Place:
    """Coordinates are text in the answers, too; newer regions have no pair."""

    geography: str
    name: str
    longitude: str
    latitude: str
    pair: str | None = None

    @property
    def group(self) -> str:
        return GROUPS.get(self.geography, _OTHERWISE)


PLACES = {
    "eastus": Place("United States", "Virginia", "-79.8164", "37.3719", "westus"),
    "eastus2": Place("United States", "Virginia", "-78.3889", "36.6681", "centralus"),
    "southcentralus": Place("United States", "Texas", "-98.5", "29.4167", "northcentralus"),
    "centralus": Place("United States", "Iowa", "-93.6208", "41.5908", "eastus2"),
    "westus2": Place("United States", "Washington", "-119.852", "47.233", "westcentralus"),
    "westus3": Place("United States", "Phoenix", "-112.074036", "33.448376", "eastus"),
    "westus": Place("United States", "California", "-122.417", "37.783", "eastus"),
    "northcentralus": Place("United States", "Illinois", "-87.6278", "41.8819", "southcentralus"),
    "westcentralus": Place("United States", "Wyoming", "-110.234", "40.89", "westus2"),
    "canadacentral": Place("Canada", "Toronto", "-79.383", "43.653", "canadaeast"),
    "canadaeast": Place("Canada", "Quebec", "-71.217", "46.817", "canadacentral"),
    "brazilsouth": Place("Brazil", "Sao Paulo State", "-46.633", "-23.55", "southcentralus"),
    "brazilsoutheast": Place("Brazil", "Rio", "-43.2075", "-22.90278", "brazilsouth"),
    "mexicocentral": Place("Mexico", "Querétaro State", "-100.389888", "20.588818"),
    "chilecentral": Place("Chile", "Santiago", "-70.673676", "-33.447487"),
    "northeurope": Place("Europe", "Ireland", "-6.2597", "53.3478", "westeurope"),
    "westeurope": Place("Europe", "Netherlands", "4.9", "52.3667", "northeurope"),
    "uksouth": Place("United Kingdom", "London", "-0.799", "50.941", "ukwest"),
    "ukwest": Place("United Kingdom", "Cardiff", "-3.084", "53.427", "uksouth"),
    "francecentral": Place("France", "Paris", "2.373", "46.3772", "francesouth"),
    "francesouth": Place("France", "Marseille", "2.1972", "43.8345", "francecentral"),
    "germanywestcentral": Place("Germany", "Frankfurt", "8.682127", "50.110924", "germanynorth"),
    "germanynorth": Place("Germany", "Berlin", "8.806422", "53.073635", "germanywestcentral"),
    "switzerlandnorth": Place("Switzerland", "Zurich", "8.564572", "47.451542", "switzerlandwest"),
    "switzerlandwest": Place("Switzerland", "Geneva", "6.143158", "46.204391", "switzerlandnorth"),
    "norwayeast": Place("Norway", "Norway", "10.752245", "59.913868", "norwaywest"),
    "norwaywest": Place("Norway", "Norway", "5.733107", "58.969975", "norwayeast"),
    "swedencentral": Place("Sweden", "Gävle", "17.14127", "60.67488", "swedensouth"),
    "swedensouth": Place("Sweden", "Malmö", "13.0038", "55.605", "swedencentral"),
    "italynorth": Place("Italy", "Milan", "9.18109", "45.46888"),
    "polandcentral": Place("Poland", "Warsaw", "21.01666", "52.23334"),
    "spaincentral": Place("Spain", "Madrid", "3.4209", "40.4259"),
    "austriaeast": Place("Austria", "Vienna", "16.3483", "48.2201"),
    "belgiumcentral": Place("Belgium", "Brussels", "4.3517", "50.8503"),
    "denmarkeast": Place("Denmark", "Copenhagen", "12.5683", "55.6761"),
    "israelcentral": Place("Israel", "Israel", "33.4506633", "31.2655698"),
    "qatarcentral": Place("Qatar", "Doha", "51.439327", "25.551462"),
    "uaenorth": Place("UAE", "Dubai", "55.316666", "25.266666", "uaecentral"),
    "uaecentral": Place("UAE", "Abu Dhabi", "54.366669", "24.466667", "uaenorth"),
    "southafricanorth": Place("South Africa", "Johannesburg", "28.21837", "-25.73134", "southafricawest"),
    "southafricawest": Place("South Africa", "Cape Town", "18.843266", "-34.075691", "southafricanorth"),
    "southeastasia": Place("Asia Pacific", "Singapore", "103.833", "1.283", "eastasia"),
    "eastasia": Place("Asia Pacific", "Hong Kong", "114.188", "22.267", "southeastasia"),
    "australiaeast": Place("Australia", "New South Wales", "151.2094", "-33.86", "australiasoutheast"),
    "australiasoutheast": Place("Australia", "Victoria", "144.9631", "-37.8136", "australiaeast"),
    "australiacentral": Place("Australia", "Canberra", "149.1244", "-35.3075", "australiacentral2"),
    "australiacentral2": Place("Australia", "Canberra", "149.1244", "-35.3075", "australiacentral"),
    "japaneast": Place("Japan", "Tokyo, Saitama", "139.77", "35.68", "japanwest"),
    "japanwest": Place("Japan", "Osaka", "135.5022", "34.6939", "japaneast"),
    "koreacentral": Place("Korea", "Seoul", "126.978", "37.5665", "koreasouth"),
    "koreasouth": Place("Korea", "Busan", "129.0756", "35.1796", "koreacentral"),
    "centralindia": Place("India", "Pune", "73.9197", "18.5822", "southindia"),
    "southindia": Place("India", "Chennai", "80.1636", "12.9822", "centralindia"),
    "westindia": Place("India", "Mumbai", "72.868", "19.088", "southindia"),
    "jioindiawest": Place("India", "Jamnagar", "70.05773", "22.470701", "jioindiacentral"),
    "jioindiacentral": Place("India", "Nagpur", "79.08886", "21.146633", "jioindiawest"),
    "newzealandnorth": Place("New Zealand", "Auckland", "174.76349", "-36.84853"),
    "indonesiacentral": Place("Indonesia", "Jakarta", "106.816666", "-6.2"),
    "malaysiawest": Place("Malaysia", "Kuala Lumpur", "101.693207", "3.140853"),
}
