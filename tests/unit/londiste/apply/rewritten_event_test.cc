#include "londiste/apply/rewritten_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace londiste::apply {
namespace {

// `mail` becomes what it is backwards, `phone` is left out.
class Backwards final : public handlers::Handler {
 public:
  bool rewrites_rows() const override { return true; }
  handlers::ColumnRewrite Rewrite(std::string_view column) const override {
    if (column == "phone") return {.leave_out = true};
    if (column == "bad")
      return {.value = [](auto&) { throw base::Error("it is no JSON", "Mend it."); }};
    if (column != "mail") return {};
    return {.value = [](std::optional<std::string>& value) {
      if (value) value = std::string(value->rbegin(), value->rend());
    }};
  }
};

class RewrittenEventTest : public testing::Test {
 protected:
  static pgq::Event Event(std::string_view type, std::string_view data) {
    pgq::Event event;
    event.id = pgq::EventId(7);
    event.type = type;
    event.data = data;
    event.extra1 = "public.t";
    return event;
  }
  // `type data`
  std::string Rewritten(std::string_view type, std::string_view data) {
    const pgq::Event event = rewriter_.Rewrite(Event(type, data));
    EXPECT_EQ(event.extra1, "public.t");
    return std::string(event.type_or_empty()) + " " + std::string(event.data_or_empty());
  }
  std::string RefusalOf(std::string_view type, std::string_view data) {
    try {
      return Rewritten(type, data);
    } catch (const base::Error& error) {
      return error.what();
    }
  }

  Backwards handler_;
  EventRewriter rewriter_{handler_, "public.t"};
};

TEST_F(RewrittenEventTest, Urlencoded) {
  EXPECT_EQ(Rewritten("I:id", "id=1&mail=a%40b+c&phone=42&x"), "I:id id=1&mail=c+b%40a&x");
  EXPECT_EQ(Rewritten("U:id", "id=1&mail"), "U:id id=1&mail");
  EXPECT_EQ(Rewritten("D:id,mail", "id=1&mail=ab"), "D:id,mail id=1&mail=ba");
}

TEST_F(RewrittenEventTest, SqlStaysSql) {
  EXPECT_EQ(Rewritten("I", "(id,mail,phone,x) values ('1','a''b','42',null)"),
            "I (\"id\",\"mail\",\"x\") values ('1','b''a',null)");
  EXPECT_EQ(Rewritten("U", "id='2',mail='ab',phone=NULL where id='1'"),
            "U \"id\"='2',\"mail\"='ba' where \"id\"='1'");
  EXPECT_EQ(Rewritten("U", "phone='42' where id='1' and mail='ab'"),
            "U \"id\"='1' where \"id\"='1' and \"mail\"='ba'")
      << "changes nothing";
  EXPECT_EQ(Rewritten("D", "mail=E'a\\\\b'"), "D \"mail\"=E'b\\\\a'");
}

TEST_F(RewrittenEventTest, WhatItWritesIsReadBack) {
  RowEvent row;
  for (const auto& [type, data] :
       {std::pair("I", "(id,mail) values ('1','a''b')"), {"U", "id='2' where id='1'"}}) {
    const pgq::Event event = rewriter_.Rewrite(Event(type, data));
    row.Decode(event.type_or_empty(), event.data_or_empty());
    EXPECT_FALSE(row.is_raw_sql()) << *event.data;
  }
  EXPECT_TRUE(row.changes_key());
}

TEST_F(RewrittenEventTest, JsonBecomesUrlencoded) {
  EXPECT_EQ(Rewritten(R"({"op":"UPDATE","table":["public","t"],"pkey":["id","k"]})",
                      R"({"id":1,"k":"x","mail":"ab","phone":42,"n":null})"),
            "U:id,k id=1&k=x&mail=ba&n");
  EXPECT_EQ(Rewritten(R"({"op":"TRUNCATE","pkey":["id"]})", "{}"),
            R"({"op":"TRUNCATE","pkey":["id"]} {})");
  EXPECT_EQ(Rewritten("R", ""), "R ");
}

TEST_F(RewrittenEventTest, OtherFieldsDoNotGetThrough) {
  pgq::Event event = Event("U:id", "id=1&mail=ab");
  event.extra2 = "id=1&mail=old&phone=41";
  event.extra3 = "hash=-12";
  event.extra4 = "42";
  pgq::Event rewritten = rewriter_.Rewrite(event);
  EXPECT_EQ(rewritten.extra2, "id=1&mail=dlo");
  EXPECT_EQ(rewritten.extra3, "hash=-12");
  EXPECT_EQ(rewritten.extra4, std::nullopt);
  event.extra2 = R"({"id":1,"mail":"old","phone":41})";
  event.extra3 = "hash=12&phone=42";
  rewritten = rewriter_.Rewrite(event);
  EXPECT_EQ(rewritten.extra2, "id=1&mail=dlo");
  EXPECT_EQ(rewritten.extra3, std::nullopt);
  event.extra2 = "phone=%zz";
  EXPECT_EQ(rewriter_.Rewrite(event).extra2, std::nullopt);
}

TEST_F(RewrittenEventTest, RefusalsShowNoValue) {
  EXPECT_EQ(RefusalOf("D:phone", "phone=42"),
            "could not rewrite event 7 of table public.t: its key column \"phone\" is left out");
  EXPECT_EQ(RefusalOf("I", "(phone) values ('42')"),
            "could not rewrite event 7 of table public.t: all its columns are left out");
  EXPECT_EQ(RefusalOf("U", "mail=lower('42') where id='1'"),
            "could not rewrite event 7 of table public.t: it is SQL that no trigger of ours has "
            "written");
  EXPECT_EQ(RefusalOf("I:id", "id=1&bad=42"),
            "could not rewrite event 7 of table public.t: column \"bad\": it is no JSON");
  EXPECT_THAT(
      RefusalOf("I:id", "id=1&mail=42%"),
      testing::AllOf(testing::HasSubstr("bad escape"), testing::Not(testing::HasSubstr("42"))));
}

}  // namespace
}  // namespace londiste::apply
