"""The fields of economic activity in which people work and courses train.

Codes 1 to 26 of BPS, Regsosek 2022, question 421 (lapangan usaha dari pekerjaan utama); the order is that of KBLI 2020.
"""

SECTORS = {
    1: ("Pertanian tanaman padi dan palawija", "Rice and secondary crops"),
    2: ("Hortikultura", "Horticulture"),
    3: ("Perkebunan", "Plantations"),
    4: ("Perikanan", "Fisheries"),
    5: ("Peternakan", "Livestock"),
    6: ("Kehutanan dan pertanian lainnya", "Forestry and other farming"),
    7: ("Pertambangan dan penggalian", "Mining and quarrying"),
    8: ("Industri pengolahan", "Manufacturing"),
    9: ("Listrik, gas, uap/air panas, dan udara dingin", "Electricity, gas, steam and cool air"),
    10: ("Pengelolaan air, limbah, dan daur ulang sampah", "Water, waste and recycling"),
    11: ("Konstruksi", "Construction"),
    12: ("Perdagangan; reparasi mobil dan sepeda motor", "Trade; repair of cars and motorcycles"),
    13: ("Pengangkutan dan pergudangan", "Transport and storage"),
    14: ("Akomodasi dan makan minum", "Lodging and food"),
    15: ("Informasi dan komunikasi", "Information and communication"),
    16: ("Keuangan dan asuransi", "Finance and insurance"),
    17: ("Real estat", "Real estate"),
    18: ("Aktivitas profesional, ilmiah, dan teknis", "Professional, scientific and technical work"),
    19: ("Persewaan, ketenagakerjaan, dan penunjang usaha", "Rental, employment and business support"),
    20: ("Administrasi pemerintahan dan pertahanan", "Public administration and defence"),
    21: ("Pendidikan", "Education"),
    22: ("Kesehatan manusia dan aktivitas sosial", "Human health and social work"),
    23: ("Kesenian, hiburan, dan rekreasi", "Arts, entertainment and recreation"),
    24: ("Aktivitas jasa lainnya", "Other services"),
    25: ("Keluarga sebagai pemberi kerja", "Households as employers"),
    26: ("Badan internasional", "International bodies"),
}
