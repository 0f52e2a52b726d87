-- An invented city of :households families, the same at every run: three offices, their tokens, shares that open
-- three families in ten to Education for schooling, and a course of Manpower.
SET session_replication_role = replica;

INSERT INTO agencies_agency (id, kind, name, region_id, is_active) VALUES
 ('01800000-0000-7000-8000-000000000001', 'social', 'Dinas Sosial', '62.71', true),
 ('01800000-0000-7000-8000-000000000002', 'education', 'Dinas Pendidikan', '62.71', true),
 ('01800000-0000-7000-8000-000000000003', 'manpower', 'Dinas Tenaga Kerja', '62.71', true);
INSERT INTO agencies_agreement (id, from_agency_id, to_agency_id, purpose, legal_basis, number, region_id, starts, until)
 VALUES ('01800000-0000-7000-8000-000000000011', '01800000-0000-7000-8000-000000000001',
 '01800000-0000-7000-8000-000000000002', 'schooling', 'PKS', 'PKS/1', '62.71', '2020-01-01', '2099-12-31'),
 ('01800000-0000-7000-8000-000000000012', '01800000-0000-7000-8000-000000000001',
 '01800000-0000-7000-8000-000000000003', 'training', 'PKS', 'PKS/2', '62.71', '2020-01-01', '2099-12-31');
INSERT INTO agencies_client (id, client_id, name, agency_id, role, scopes, purposes, is_active) VALUES
 ('01800000-0000-7000-8000-000000000021', 'bench-social', 'Dinas Sosial', '01800000-0000-7000-8000-000000000001',
  'officer', '{households:read,persons:read,shares:read,shares:write,referrals:read,referrals:write,queue:read,training:read}',
  '{registry,casework}', true),
 ('01800000-0000-7000-8000-000000000022', 'bench-education', 'Dinas Pendidikan', '01800000-0000-7000-8000-000000000002',
  'officer', '{households:read,persons:read,shares:read,referrals:read,referrals:write,queue:read}', '{schooling}', true),
 ('01800000-0000-7000-8000-000000000023', 'bench-manpower', 'Dinas Tenaga Kerja', '01800000-0000-7000-8000-000000000003',
  'officer', '{training:read,training:write,referrals:read}', '{training}', true);
INSERT INTO training_programme (id, provider_id, name, vocation, sectors, units, hours,
 minimum_age, minimum_education, documents, version, updated_at) VALUES
 ('01800000-0000-7000-8000-000000000031', '01800000-0000-7000-8000-000000000003', 'Las', 'welding', '{8}', '[]', 80,
  18, 0, '{}', 1, now());
INSERT INTO agencies_accesstoken (digest, client_id, scopes, expires_at)
 SELECT sha256(client_id::bytea), id, scopes, '2099-12-31' FROM agencies_client;

CREATE TEMP TABLE village AS
 SELECT code, row_number() OVER (ORDER BY code) - 1 AS number, count(*) OVER () AS villages
 FROM agencies_region WHERE level = 'village' AND code LIKE '62.71.%';
INSERT INTO register_household (id, region_id, address, rt, rw, version, created_at, updated_at)
 SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, code, 'Jl. Merdeka No. ' || g % 400,
 lpad((g % 20)::text, 3, '0'), lpad((g % 9)::text, 3, '0'), 1, '2024-01-01', '2024-01-01'
 FROM generate_series(1::bigint, :households) g JOIN village ON number = g * 48271 % villages;
INSERT INTO register_familycard (id, household_id, city, number_cipher, number_digest, number_last4, since)
 SELECT ('01920000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid,
 ('01900000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, '62.71', sha256(g::text::bytea),
 sha256(('card' || g)::bytea), lpad((g % 10000)::text, 4, '0'), '2020-01-01'
 FROM generate_series(1::bigint, :households) g;
INSERT INTO register_person (id, household_id, city, name, sex, birth_date, birth_place, mother_name, relation,
 marital_status, phone, school_participation, education, occupation, disabilities, pregnant, status, nik_cipher,
 nik_digest, nik_last4, nisn_last4, version, created_at, updated_at)
 SELECT ('01910000-0000-7000-8000-' || lpad(to_hex(g * 8 + k), 12, '0'))::uuid,
 ('01900000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, '62.71',
 (array['Adi', 'Budi', 'Citra', 'Dewi', 'Eka', 'Fajar', 'Gita', 'Hadi', 'Indah', 'Joko'])[1 + (g * 7919 + k * 53) % 10]
  || ' ' || (array['Saputra', 'Wijaya', 'Santoso', 'Hidayat', 'Kusuma', 'Pratama', 'Nugroho'])[1 + (g / 10 + k) % 7],
 CASE WHEN (g + k) % 2 = 0 THEN 'M' ELSE 'F' END, date '1960-01-01' + (g * 37 + k * 7001)::int % 20000,
 'Palangka Raya', 'Siti ' || g % 1000, (array['head', 'wife', 'child', 'child', 'child', 'parent'])[k], 'married', '',
 CASE WHEN k IN (3, 4, 5) THEN 'no_longer' ELSE 'never' END, (2 + g % 4)::text,
 (array['1', '2', '9', '11', '19', '30', '84', '15'])[1 + (g + k) % 8], '{}', false, 'alive', sha256((g * 8 + k)::text::bytea),
 sha256(('nik' || g * 8 + k)::bytea), lpad(((g * 8 + k) % 10000)::text, 4, '0'), '', 1, '2024-01-01', '2024-01-01'
 FROM generate_series(1::bigint, :households) g CROSS JOIN generate_series(1, 6) k WHERE k <= 1 + (g / 30 * 7 + g) % 6;
INSERT INTO register_share (id, household_id, agency_id, purpose, agreement_id, subjects, opened_at, until, closed_reason)
 SELECT ('01930000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, household_id,
 '01800000-0000-7000-8000-000000000002', 'schooling', '01800000-0000-7000-8000-000000000011', subjects, '2024-01-01',
 '2099-12-31', ''
 FROM generate_series(1::bigint, :households) g JOIN LATERAL (
  SELECT household_id, array_agg(id) AS subjects FROM register_person
  WHERE household_id = ('01900000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid AND relation IN ('head', 'child')
  GROUP BY household_id) family ON true
 WHERE g / 30 * 7 % 10 < 3;

-- Everybody is on the register, and with that the children in no school stand in both queues.
INSERT INTO register_listing (id, person_id, household_id, city, source, register_number, entered_on, entry_reason,
 decree, exit_reason, evidence)
 SELECT ('0194' || substr(id::text, 5))::uuid, id, household_id, '62.71', 'DTKS', substr(id::text, 25), '2022-01-01',
 'registered', '', '', '' FROM register_person;
INSERT INTO register_membership (id, person_id, household_id, since)
 SELECT ('0195' || substr(id::text, 5))::uuid, id, household_id, '2022-01-01' FROM register_person;
INSERT INTO register_assessment (id, person_id, source, period, status, decile, food_aid, cash_transfer, premium_subsidy)
 SELECT ('0196' || substr(id::text, 5))::uuid, id, 'DTKS', '2022-12-31', 'poor', 2, true, false, false
 FROM register_person;
ANALYZE register_person, register_listing, register_share;
SELECT refresh_queue(ARRAY(SELECT id FROM register_person ORDER BY id));
