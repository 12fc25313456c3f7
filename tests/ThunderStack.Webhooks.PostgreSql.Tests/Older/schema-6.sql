SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA schema6;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE schema6.actions (
    node_id text NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    name text NOT NULL,
    handler text NOT NULL,
    trigger_id bytea NOT NULL,
    started_at bigint NOT NULL,
    lease bigint NOT NULL,
    outcome smallint
);
CREATE TABLE schema6.audit (
    entry bigint NOT NULL,
    at bigint NOT NULL,
    who text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL
);
ALTER TABLE schema6.audit ALTER COLUMN entry ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema6.audit_entry_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE schema6.conditions (
    condition bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    node_id text NOT NULL COLLATE pg_catalog."C",
    severity smallint NOT NULL,
    message text NOT NULL,
    remedy text,
    since bigint NOT NULL,
    told_at bigint NOT NULL,
    closed_at bigint,
    event_id bytea,
    reminder_id bytea,
    quiet_until bigint
);
ALTER TABLE schema6.conditions ALTER COLUMN condition ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema6.conditions_condition_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE schema6.deliveries (
    handler integer NOT NULL,
    seq bigint NOT NULL,
    node integer NOT NULL,
    turn bigint NOT NULL,
    state smallint NOT NULL,
    attempts integer NOT NULL,
    at bigint NOT NULL,
    due_at bigint,
    error text,
    delay bigint,
    error_code text
);
CREATE TABLE schema6.duties (
    name text NOT NULL COLLATE pg_catalog."C",
    token uuid NOT NULL,
    lease_until bigint NOT NULL,
    lease bigint NOT NULL
);
CREATE TABLE schema6.event_ids (
    id bytea NOT NULL,
    seq bigint NOT NULL
);
CREATE TABLE schema6.events (
    seq bigint NOT NULL,
    id bytea NOT NULL,
    node integer NOT NULL,
    source smallint DEFAULT 0 NOT NULL,
    type text NOT NULL,
    status text,
    event_timestamp text,
    occurred_at bigint,
    received_at bigint NOT NULL,
    key integer,
    signature bytea NOT NULL,
    body bytea NOT NULL,
    changed boolean DEFAULT true NOT NULL
);
CREATE TABLE schema6.failed_attempts (
    seq bigint NOT NULL,
    handler integer NOT NULL,
    at bigint NOT NULL,
    attempt integer NOT NULL,
    took bigint NOT NULL,
    error_code text,
    error text
);
CREATE TABLE schema6.handler_rates (
    began_at bigint NOT NULL,
    handler integer NOT NULL,
    succeeded bigint NOT NULL,
    failed bigint NOT NULL,
    dead_lettered bigint NOT NULL
)
WITH (fillfactor='20');
CREATE TABLE schema6.handlers (
    handler integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    served_at timestamp with time zone,
    paused_at bigint,
    paused_by text
);
ALTER TABLE schema6.handlers ALTER COLUMN handler ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema6.handlers_handler_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE schema6.identity (
    name text NOT NULL
);
CREATE TABLE schema6.lanes (
    handler integer NOT NULL,
    node integer NOT NULL,
    done_through bigint NOT NULL,
    seen bigint DEFAULT 0 NOT NULL,
    due_at bigint,
    owner bigint,
    fence bigint DEFAULT 0 NOT NULL,
    token uuid,
    lease_until bigint,
    lease bigint
)
WITH (fillfactor='20');
CREATE TABLE schema6.moves (
    origin text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    moved_through bytea,
    moved bigint DEFAULT 0 NOT NULL
);
CREATE TABLE schema6.nodes (
    node integer NOT NULL,
    node_id text NOT NULL COLLATE pg_catalog."C",
    last_turn bigint DEFAULT 0 NOT NULL,
    status text,
    effective_at bigint,
    event_id bytea
)
WITH (fillfactor='20');
ALTER TABLE schema6.nodes ALTER COLUMN node ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema6.nodes_node_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE schema6.public_keys (
    key integer NOT NULL,
    fingerprint text NOT NULL,
    spki bytea NOT NULL
);
ALTER TABLE schema6.public_keys ALTER COLUMN key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema6.public_keys_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE schema6.schema_version (
    version integer NOT NULL
);
CREATE TABLE schema6.trusted_keys (
    source text NOT NULL,
    "position" integer NOT NULL,
    key integer NOT NULL,
    confirmed_at bigint NOT NULL,
    retired_at bigint
);
CREATE SEQUENCE schema6.turns
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
INSERT INTO schema6.actions VALUES
	('node-a', 1, 'unlock', 'ops', '\x019301588a008f199b91f68d6f66a89cc79e8a81f9b2290488c8d48a11693bd8', 1795940372222, 315360000000, NULL);
INSERT INTO schema6.conditions OVERRIDING SYSTEM VALUE VALUES
	(1, 'NodeLocked', 'node-a', 'node-a', 2, 'The node node-a is locked.', 'Unlock it.', 1730894400000, 1730894400000, NULL, '\x019301588a0063b7e1afdee1223993afb904e9e6aa437cba97b68e29055c4798', NULL, NULL),
	(2, 'NodeLocked', 'node-b', 'node-b', 2, 'The node node-b is locked.', 'Unlock it.', 1730894400000, 1730894400000, 1730894460000, '\x019301597460e697affdee79e0b7f73f126a42426c1851bcb50364d525f74aa8', NULL, NULL);
INSERT INTO schema6.deliveries VALUES
	(1, 1, 1, 1, 2, 1, 1730898120000, NULL, NULL, NULL, NULL),
	(1, 2, 1, 2, 1, 1, 1730898120000, 1795940373120, 'it failed', 1000, '503'),
	(1, 4, 1, 4, 4, 1, 1730898120000, NULL, 'it failed', NULL, '503'),
	(1, 3, 1, 3, 3, 1, 1730898120000, NULL, 'it failed', NULL, '503'),
	(1, 5, 1, 5, 5, 0, 1730898120000, NULL, NULL, NULL, NULL),
	(1, 6, 1, 6, 6, 1, 1730898120000, NULL, 'too late', NULL, NULL);
INSERT INTO schema6.duties VALUES
	('conditions', '01a22663-4ec6-701a-a757-f483672b31a1', 1795940432169, 60000);
INSERT INTO schema6.event_ids VALUES
	('\x019301588a0037e0043fa06b9c3790cd32d713dfda30e7ce8217f30ef142d273', 1),
	('\x0193015974603d6a916e86efba9105154ea95dda8d8da47df173d931c23e7a34', 2),
	('\x0193015a5ec0d65dc375f554b634c774bcc6f8a2ce6e23f41d2641c9b1945375', 3),
	('\x0193015b4920b10faebab83cfeb34bfb9e0fdff88054b5662a4c0b6a01c0fee4', 4),
	('\x0193015c33802eca4c4e2c07d84e1e807b92ab771fca40a747cd7e9ed097b63d', 5),
	('\x0193015d1de05d2cc830e679a1a37cffbf42d87549ea1ca8e79583a6699a42c0', 6),
	('\x0193015e0840eaf20cb977394ac089d7f74f8244c1b37d0f2c64d034c3b24726', 7),
	('\x0193015ef2a01bd100ac70001bd61cbdc55406d9a0adc23c22bbde375761288f', 8),
	('\x019301588a0063b7e1afdee1223993afb904e9e6aa437cba97b68e29055c4798', 9),
	('\x019301588a00b734e7fc7f52c21a21e5ba9454c3d9e9f4c58f0f8eacc2620013', 10),
	('\x019301597460e697affdee79e0b7f73f126a42426c1851bcb50364d525f74aa8', 11),
	('\x01a226634efefdc63e6fdfc2455def15cc2ba954e656d4d0112265a2f0cd3d11', 12);
INSERT INTO schema6.events VALUES
	(1, '\x019301588a0037e0043fa06b9c3790cd32d713dfda30e7ce8217f30ef142d273', 1, 0, 'NODE_STATUS_UPDATED', 'RUNNING', '2024-11-06T12:00:00.0000000+00:00', 1730894400000000, 1730894400000, 1, '\x00010200ff37e0043fa06b9c3790cd32d713dfda30e7ce8217f30ef142d2732c18ea0024d2', '\x7b226e756d626572223a307d', true),
	(2, '\x0193015974603d6a916e86efba9105154ea95dda8d8da47df173d931c23e7a34', 1, 0, 'NODE_STATUS_UPDATED', 'RUNNING', '2024-11-06T12:01:00.0000000+00:00', 1730894460000000, 1730894460000, 1, '\x00010200ff3d6a916e86efba9105154ea95dda8d8da47df173d931c23e7a346c7babd81a3e', '\x7b226e756d626572223a317d', false),
	(3, '\x0193015a5ec0d65dc375f554b634c774bcc6f8a2ce6e23f41d2641c9b1945375', 1, 0, 'NODE_STATUS_UPDATED', 'FAILED', '2024-11-06T12:02:00.0000000+00:00', 1730894520000000, 1730894520000, 1, '\x00010200ffd65dc375f554b634c774bcc6f8a2ce6e23f41d2641c9b19453755d3dc8546f01', '\x7b226e756d626572223a327d', true),
	(4, '\x0193015b4920b10faebab83cfeb34bfb9e0fdff88054b5662a4c0b6a01c0fee4', 1, 0, 'NODE_STATUS_UPDATED', 'STARTING', '2024-11-06T12:03:00.0000000+00:00', 1730894580000000, 1730894580000, 1, '\x00010200ffb10faebab83cfeb34bfb9e0fdff88054b5662a4c0b6a01c0fee4e38885dc8a97', '\x7b226e756d626572223a337d', true),
	(5, '\x0193015c33802eca4c4e2c07d84e1e807b92ab771fca40a747cd7e9ed097b63d', 1, 0, 'NODE_STATUS_UPDATED', 'PAUSED', '2024-11-06T12:04:00.0000000+00:00', 1730894640000000, 1730894640000, 1, '\x00010200ff2eca4c4e2c07d84e1e807b92ab771fca40a747cd7e9ed097b63d371fbc4c4f6c', '\x7b226e756d626572223a347d', true),
	(6, '\x0193015d1de05d2cc830e679a1a37cffbf42d87549ea1ca8e79583a6699a42c0', 1, 0, 'NODE_STATUS_UPDATED', 'IN_PROGRESS', '2024-11-06T12:05:00.0000000+00:00', 1730894700000000, 1730894700000, 1, '\x00010200ff5d2cc830e679a1a37cffbf42d87549ea1ca8e79583a6699a42c06601e5948e25', '\x7b226e756d626572223a357d', true),
	(7, '\x0193015e0840eaf20cb977394ac089d7f74f8244c1b37d0f2c64d034c3b24726', 1, 0, 'NODE_STATUS_UPDATED', 'RUNNING', '2024-11-06T12:06:00.0000000+00:00', 1730894760000000, 1730894760000, 1, '\x00010200ffeaf20cb977394ac089d7f74f8244c1b37d0f2c64d034c3b24726ee9fd78f7630', '\x7b226e756d626572223a367d', true),
	(8, '\x0193015ef2a01bd100ac70001bd61cbdc55406d9a0adc23c22bbde375761288f', 1, 0, 'NODE_RENAMED', NULL, '2024-11-06T12:07:00.0000000+00:00', 1730894820000000, 1730894820000, 1, '\x00010200ff1bd100ac70001bd61cbdc55406d9a0adc23c22bbde375761288fbe291965b1fa', '\x7b226e756d626572223a377d', true),
	(9, '\x019301588a0063b7e1afdee1223993afb904e9e6aa437cba97b68e29055c4798', 1, 2, 'CONDITION_OPENED', NULL, NULL, 1730894400000000, 1730894400000, NULL, '\x', '\x7b226576656e7454797065223a22434f4e444954494f4e5f4f50454e4544222c226576656e7454696d657374616d70223a22323032342d31312d30365431323a30303a30302b30303a3030222c22736f75726365223a226f62736572766564222c22636f6e646974696f6e223a7b226b696e64223a224e6f64654c6f636b6564222c227375626a656374223a226e6f64652d61222c2273696e6365223a22323032342d31312d30365431323a30303a30302b30303a3030222c227365766572697479223a22637269746963616c222c226d657373616765223a22546865206e6f6465206e6f64652d61206973206c6f636b65642e222c2272656d656479223a22556e6c6f636b2069742e227d2c226e6f64654964223a226e6f64652d61227d', true),
	(10, '\x019301588a00b734e7fc7f52c21a21e5ba9454c3d9e9f4c58f0f8eacc2620013', 3, 2, 'CONDITION_OPENED', NULL, NULL, 1730894400000000, 1730894400000, NULL, '\x', '\x7b226576656e7454797065223a22434f4e444954494f4e5f4f50454e4544222c226576656e7454696d657374616d70223a22323032342d31312d30365431323a30303a30302b30303a3030222c22736f75726365223a226f62736572766564222c22636f6e646974696f6e223a7b226b696e64223a224e6f64654c6f636b6564222c227375626a656374223a226e6f64652d62222c2273696e6365223a22323032342d31312d30365431323a30303a30302b30303a3030222c227365766572697479223a22637269746963616c222c226d657373616765223a22546865206e6f6465206e6f64652d62206973206c6f636b65642e222c2272656d656479223a22556e6c6f636b2069742e227d2c226e6f64654964223a226e6f64652d62227d', true),
	(11, '\x019301597460e697affdee79e0b7f73f126a42426c1851bcb50364d525f74aa8', 3, 2, 'CONDITION_CLOSED', NULL, NULL, 1730894460000000, 1730894460000, NULL, '\x', '\x7b226576656e7454797065223a22434f4e444954494f4e5f434c4f534544222c226576656e7454696d657374616d70223a22323032342d31312d30365431323a30313a30302b30303a3030222c22736f75726365223a226f62736572766564222c22636f6e646974696f6e223a7b226b696e64223a224e6f64654c6f636b6564222c227375626a656374223a226e6f64652d62222c2273696e6365223a22323032342d31312d30365431323a30303a30302b30303a3030222c227365766572697479223a22637269746963616c222c226d657373616765223a22546865206e6f6465206e6f64652d62206973206c6f636b65642e222c2272656d656479223a22556e6c6f636b2069742e227d2c226e6f64654964223a226e6f64652d62227d', true),
	(12, '\x01a226634efefdc63e6fdfc2455def15cc2ba954e656d4d0112265a2f0cd3d11', 1, 2, 'NODE_ACTION_STARTED', NULL, NULL, 1795940372222000, 1795940372222, NULL, '\x', '\x7b226576656e7454797065223a224e4f44455f414354494f4e5f53544152544544222c226576656e7454696d657374616d70223a22323032362d31312d32395430383a31393a33322e3232322b30303a3030222c22736f75726365223a226f62736572766564222c22616374696f6e223a7b226e616d65223a22756e6c6f636b222c2268616e646c6572223a226f7073222c2274726967676572223a2230313933303135383861303038663139396239316636386436663636613839636337396538613831663962323239303438386338643438613131363933626438222c226e756d626572223a317d2c226e6f64654964223a226e6f64652d61227d', true);
INSERT INTO schema6.failed_attempts VALUES
	(2, 1, 1730898120000, 1, 250, '503', 'it failed'),
	(4, 1, 1730898120000, 1, 250, '503', 'it failed'),
	(3, 1, 1730898120000, 1, 250, '503', 'it failed');
INSERT INTO schema6.handler_rates VALUES
	(1730898000000, 1, 1, 3, 2);
INSERT INTO schema6.handlers OVERRIDING SYSTEM VALUE VALUES
	(1, 'first', NULL, NULL, NULL),
	(2, 'second', NULL, 1730894400000, 'ops');
INSERT INTO schema6.identity VALUES
	('1793ff8efa8748e3');
INSERT INTO schema6.lanes VALUES
	(2, 1, 0, 0, NULL, NULL, 0, NULL, NULL, NULL),
	(1, 1, 6, 0, NULL, NULL, 0, NULL, NULL, 2000),
	(1, 3, 0, 0, NULL, NULL, 0, NULL, NULL, NULL),
	(2, 3, 0, 0, NULL, NULL, 0, NULL, NULL, NULL);
INSERT INTO schema6.nodes OVERRIDING SYSTEM VALUE VALUES
	(3, 'node-b', 11, NULL, NULL, NULL),
	(1, 'node-a', 12, 'RUNNING', 1730894760000000, '\x0193015e0840eaf20cb977394ac089d7f74f8244c1b37d0f2c64d034c3b24726');
INSERT INTO schema6.public_keys OVERRIDING SYSTEM VALUE VALUES
	(1, 'a09356e059c3d20e4a9051005c161c948d677f554a547e47840d926e92614004', '\x30820122300d06092a864886f70d01010105000382010f003082010a02820101009e5b95810d7d90d5c7182c2166e6e8509b3843af600a4d4bedd69396bd2de9c85e8b7d0a54018e10b5f799777625aa93a2e7fcc3c027969c1b2bb5da5912641868c42cfbbeb6485db3427222d34f4132cc9474ede501016c0857390a73a9cb456409e1d6d317037c9004d2c67cac3dc7c9967d6b86b12a4a1b7ce48d9c7338549ea47405d67b0f6f823d5f4c946eed5c8ea1676068ecb4d4a7b700eb59213f32103037ab9c08fb792ca3f72e1c346f46329302aca2e960052d09f744a3d8276d6b6710264c53bcdb700def8dff1ff84995b109ce58cb9ec4eb83bcac64adba9f18c53d6e0b526c2c10d4dce7aaeec4c2b828b18e98c508d6c8c220f9ea709fab0203010001');
INSERT INTO schema6.schema_version VALUES
	(6);
SELECT pg_catalog.setval('schema6.audit_entry_seq', 1, false);
SELECT pg_catalog.setval('schema6.conditions_condition_seq', 2, true);
SELECT pg_catalog.setval('schema6.handlers_handler_seq', 2, true);
SELECT pg_catalog.setval('schema6.nodes_node_seq', 5, true);
SELECT pg_catalog.setval('schema6.public_keys_key_seq', 1, true);
SELECT pg_catalog.setval('schema6.turns', 12, true);
ALTER TABLE ONLY schema6.actions
    ADD CONSTRAINT actions_pkey PRIMARY KEY (node_id, number);
ALTER TABLE ONLY schema6.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry);
ALTER TABLE ONLY schema6.conditions
    ADD CONSTRAINT conditions_event_id_key UNIQUE (event_id);
ALTER TABLE ONLY schema6.conditions
    ADD CONSTRAINT conditions_pkey PRIMARY KEY (condition);
ALTER TABLE ONLY schema6.conditions
    ADD CONSTRAINT conditions_reminder_id_key UNIQUE (reminder_id);
ALTER TABLE ONLY schema6.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (handler, seq);
ALTER TABLE ONLY schema6.duties
    ADD CONSTRAINT duties_pkey PRIMARY KEY (name);
ALTER TABLE ONLY schema6.event_ids
    ADD CONSTRAINT event_ids_pkey PRIMARY KEY (id);
ALTER TABLE ONLY schema6.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY schema6.failed_attempts
    ADD CONSTRAINT failed_attempts_pkey PRIMARY KEY (seq, at, handler, attempt);
ALTER TABLE ONLY schema6.handler_rates
    ADD CONSTRAINT handler_rates_pkey PRIMARY KEY (began_at, handler);
ALTER TABLE ONLY schema6.handlers
    ADD CONSTRAINT handlers_name_key UNIQUE (name);
ALTER TABLE ONLY schema6.handlers
    ADD CONSTRAINT handlers_pkey PRIMARY KEY (handler);
ALTER TABLE ONLY schema6.lanes
    ADD CONSTRAINT lanes_pkey PRIMARY KEY (handler, node);
ALTER TABLE ONLY schema6.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (origin);
ALTER TABLE ONLY schema6.nodes
    ADD CONSTRAINT nodes_node_id_key UNIQUE (node_id);
ALTER TABLE ONLY schema6.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (node);
ALTER TABLE ONLY schema6.public_keys
    ADD CONSTRAINT public_keys_fingerprint_key UNIQUE (fingerprint);
ALTER TABLE ONLY schema6.public_keys
    ADD CONSTRAINT public_keys_pkey PRIMARY KEY (key);
ALTER TABLE ONLY schema6.trusted_keys
    ADD CONSTRAINT trusted_keys_pkey PRIMARY KEY (source, "position");
CREATE UNIQUE INDEX conditions_open ON schema6.conditions USING btree (kind, subject) WHERE (closed_at IS NULL);
CREATE INDEX deliveries_dead ON schema6.deliveries USING btree (seq, handler) WHERE (state = 3);
CREATE INDEX deliveries_waiting ON schema6.deliveries USING btree (handler, node, turn) WHERE (state = 1);
CREATE INDEX events_of_node ON schema6.events USING btree (node, seq);
