#include "e2e/compare/seeded_shapes.h"

namespace e2e {
namespace {

// One table has most types of values, the others a key or a form of their own.
SeededShape Values() {
  return {
      .name = "kinds",
      .above =
          "(id int primary key, n int, v text, f float8, num numeric, at timestamptz, raw "
          "bytea, flag bool)",
      .columns = {"id", "n", "v", "f", "num", "at", "raw", "flag"},
      .values =
          "i, i, 'v ' || i, case when i % 2 = 0 then i / 3.0 else 0 end, i / 7.0, "
          "timestamptz '2026-03-29 00:30:00.000001+00' + i * interval '1 hour', "
          "decode(md5(i::text), 'hex'), i % 3 = 0",
      .key = {"id"},
      .spoils = {"update $T set v = v || ' ' where $W", "update $T set v = '' where $W",
                 "update $T set v = null where $W", "update $T set f = '-0' where $W",
                 "update $T set f = 'NaN' where $W", "update $T set num = num * 1.0 where $W",
                 "update $T set num = 'NaN' where $W", "update $T set at = 'infinity' where $W",
                 "update $T set at = at + interval '1 microsecond' where $W",
                 "update $T set at = at + interval '1 hour' where $W",
                 "update $T set raw = set_bit(raw, 5, 1 - get_bit(raw, 5)) where $W",
                 "update $T set raw = raw || '\\x00' where $W",
                 "update $T set flag = null where $W", "update $T set id = id + 1000000 where $W"}};
}

SeededShape Composite() {
  return {
      .name = "composite",
      .above = "(a int, n int, b text, v text, u int unique, primary key (b, a))",
      .below =
          "(u int unique, v text, b text, own text default 'own', n bigint, a int, primary "
          "key (b, a))",
      .columns = {"a", "n", "b", "v", "u"},
      .values = "i % 10, i, 'b ' || i, 'v', i",
      .key = {"b", "a"},
      .spoils = {"update $T set a = a + 1000000 where $W", "update $T set b = b || ' ' where $W",
                 "update $T set v = v || E'\\n' where $W", "update $T set u = -u where $W"}};
}

SeededShape Key(const std::string& name, const std::string& type, const std::string& value,
                std::vector<std::string> spoils) {
  spoils.emplace_back("update $T set v = v || '.' where $W");
  return {.name = name,
          .above = "(k " + type + " primary key, n int, v text)",
          .columns = {"k", "n", "v"},
          .values = value + ", i, 'v'",
          .key = {"k"},
          .spoils = std::move(spoils)};
}

SeededShape Wide() {
  SeededShape shape{
      .name = "wide",
      .above = "(id int primary key, n int, v text",
      .columns = {"id", "n", "v"},
      .values = "i, i, 'v'",
      .key = {"id"},
      .spoils = {"update $T set c300 = c300 + 1 where $W", "update $T set c300 = null where $W",
                 "update $T set c150 = c151, c151 = c150 where $W"}};
  for (int c = 4; c <= 300; ++c) {
    shape.columns.push_back("c" + std::to_string(c));
    shape.above += ", c" + std::to_string(c) + " int";
    shape.values += ", i + " + std::to_string(c);
  }
  shape.above += ")";
  return shape;
}

SeededShape Toasted() {
  return {
      .name = "toasted",
      .above = "(id bigint primary key, n int, v text, big text)",
      .columns = {"id", "n", "v", "big"},
      .values =
          "i, i, 'v', repeat(md5(i::text), case when i in (1, 5, 9) then 32768 else 200 "
          "end)",
      .key = {"id"},
      .spoils = {"update $T set big = overlay(big placing 'z' from length(big) / 2 for 1) where "
                 "$W",
                 "update $T set big = left(big, -1) where $W"}};
}

SeededShape Partitioned(bool above) {
  const std::string columns = "(id int primary key, n int, v text)";
  std::string partitions;
  for (const char* part : {"0", "1", "2"})
    partitions += "create table $T_" + std::string(part) +
                  " partition of $T for values with (modulus 3, remainder " + part + ");";
  SeededShape shape{
      .name = above ? "parted_there" : "parted_here",
      .above = columns,
      .below = columns,
      .columns = {"id", "n", "v"},
      .values = "i, i, 'v'",
      .key = {"id"},
      .spoils = {"update $T set v = null where $W", "update $T set id = id + 1000000 where $W"}};
  (above ? shape.above : shape.below) += " partition by hash (id)";
  (above ? shape.then_above : shape.then_below) = partitions;
  (above ? shape.from : shape.from_below) = "$T";
  return shape;
}

SeededShape Inherited() {
  const std::string child = "create table $T_child () inherits ($T);";
  return {.name = "inherited",
          .above = "(id int primary key, n int, v text)",
          .then_above = child +
                        "insert into $T_child select -i, i + 5000000, 'of the child' from "
                        "generate_series(1, 20) i",
          .then_below = child,
          .columns = {"id", "n", "v"},
          .values = "i, i, 'v'",
          .key = {"id"},
          .spoils = {"update only $T set v = v || 'x' where $W"}};
}

SeededShape Generated() {
  return {.name = "generated",
          .above =
              "(id bigint generated always as identity primary key, n int, v text, "
              "d text generated always as (v || '!') stored)",
          .columns = {"id", "n", "v"},
          .values = "i, i, 'v'",
          .generated = {"d"},
          .key = {"id"},
          .spoils = {"update $T set v = v || ',' where $W", "update $T set v = null where $W"}};
}

SeededShape Structured() {
  return {
      .name = "structured",
      .above =
          "(id ext.small primary key, n int, v text, arr int[], js jsonb, word ext.word, "
          "mood ext.mood, span int4range)",
      .columns = {"id", "n", "v", "arr", "js", "word", "mood", "span"},
      .values =
          "i, i, 'v', array[i, null, 3], jsonb_build_object('n', i), 'w' || i, 'sad', "
          "int4range(i, i + 5)",
      .key = {"id"},
      .spoils = {"update $T set arr = '[0:2]={1,2,3}'::int[] || n where $W",
                 "update $T set arr = '{}' where $W", "update $T set arr = null where $W",
                 "update $T set js = js || '{\"x\": null}' where $W",
                 "update $T set word = word || '\"' where $W",
                 "update $T set mood = 'happy' where $W", "update $T set span = 'empty' where $W"}};
}

SeededShape Keyless() {
  return {.name = "keyless",
          .above = "(n int primary key, v text, w text)",
          .once_copied_below = "alter table $T drop constraint $T_pkey",
          .columns = {"n", "v", "w"},
          .values = "i, 'v', case when i % 2 = 0 then '' end",
          .spoils = {"update $T set w = coalesce(nullif(w, ''), 'x') where $W",
                     "update $T set w = case when w is null then '' end where $W",
                     "insert into $T select * from $T where $W"}};
}

}  // namespace

std::vector<SeededShape> SeededShapes(bool citext) {
  std::vector<SeededShape> shapes{
      Values(),
      Keyless(),
      Composite(),
      Key("by_text", "text", "'k ' || i", {"update $T set k = k || ' ' where $W"}),
      Key("by_case", "text collate ext.any_case", "'k ' || i",
          {"update $T set k = upper(k) where $W"}),
      Key("by_numeric", "numeric", "i / 4.0", {"update $T set k = k * 1.00 where $W"}),
      Partitioned(false),
      Wide(),
      Toasted(),
      Partitioned(true),
      Generated(),
      Structured(),
      Inherited(),
      Key("by_uuid", "uuid", "md5(i::text)::uuid", {}),
      Key("by_char", "char(12)", "'k ' || i", {"update $T set k = 'q' || k where $W"}),
  };
  if (citext)
    shapes.insert(shapes.begin() + 4, Key("by_citext", "ext.citext", "'k ' || i",
                                          {"update $T set k = upper(k::text) where $W"}));
  return shapes;
}

std::string FillIn(std::string text, const std::string& table, const std::string& rows) {
  for (const auto& [mark, value] : {std::pair{"$T", table}, std::pair{"$W", rows}})
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, 2, value);
  return text;
}

std::string CommaList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace e2e
