-- A checkpoint in parts, so that writing a large one takes many short commits. It is whole once its last part is there.
create table checkpoint_part (
    log      bigint not null,
    "offset" bigint not null,
    part     integer not null,
    is_last  integer not null,
    checksum bigint not null,
    body     ${bytes} not null,
    primary key (log, "offset", part)
);
insert into checkpoint_part (log, "offset", part, is_last, checksum, body)
    select log, "offset", 0, 1, checksum, body from checkpoint;
drop table checkpoint;
alter table checkpoint_part rename to checkpoint;
create index checkpoint_finished on checkpoint (log, "offset") where is_last = 1;
