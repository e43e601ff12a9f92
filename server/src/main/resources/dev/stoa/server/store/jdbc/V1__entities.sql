-- An entity and its header. The header's update is also the check of its owner: fence, sequence and log.
-- An entity's id is the number of its first log; numbers are never given twice.
create table entity (
    id            ${id},
    kind          ${text} not null,
    name          ${text} not null,
    fence         bigint not null,
    sequence      bigint not null,
    log           bigint not null unique,
    epoch         ${text} not null,
    status        ${text} not null,
    first_offset  bigint not null,
    last_offset   bigint not null,
    last_at       bigint not null,
    wake_at       bigint not null,
    counters      ${text} not null,
    freed_offset  bigint not null,
    snapshot_life bigint not null,
    unique (kind, name)
);
create index entity_due on entity (wake_at) where wake_at < 9223372036854775807;
create index entity_trimmed on entity (id) where freed_offset < first_offset;

create table record (
    log      bigint not null,
    "offset" bigint not null,
    type     ${text} not null,
    at       bigint not null,
    label    ${text},
    body     ${bytes} not null,
    primary key (log, "offset")
) ${clustered};

create table once (
    log        bigint not null,
    key        ${text} not null,
    expires_at bigint not null,
    body       ${bytes} not null,
    primary key (log, key)
) ${clustered};
create index once_expiring on once (expires_at) where expires_at < 9223372036854775807;

create table checkpoint (
    log      bigint not null,
    "offset" bigint not null,
    checksum bigint not null,
    body     ${bytes} not null,
    primary key (log, "offset")
);

create table entity_row (
    entity bigint not null,
    key    ${text} not null,
    body   ${bytes} not null,
    primary key (entity, key)
) ${clustered};

-- Snapshots of an earlier life are deleted and wait to be freed.
create table snapshot (
    entity   bigint not null,
    life     bigint not null,
    id       ${text} not null,
    "offset" bigint not null,
    at       bigint not null,
    body     ${bytes} not null,
    primary key (entity, life, id)
);

-- Sums by kind, apart for each node so that nodes do not wait for each other.
create table total (
    kind  ${text} not null,
    name  ${text} not null,
    node  ${text} not null,
    value bigint not null,
    primary key (kind, name, node)
) ${clustered};

-- Record types of a log that are deleted up to an offset and wait to be freed.
create table erased (
    log         bigint not null,
    type        ${text} not null,
    last_offset bigint not null,
    primary key (log, type)
) ${clustered};

-- Logs, entities and lives of snapshots that nothing refers to any more and that wait to be freed.
create table dropped (
    what  ${text} not null,
    owner bigint not null,
    life  bigint not null,
    primary key (what, owner, life)
) ${clustered};

-- The next number that nobody was given.
create table number (
    id   ${id},
    next bigint not null
);
insert into number (id, next) values (1, 1);
