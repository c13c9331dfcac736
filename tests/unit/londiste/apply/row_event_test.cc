#include "londiste/apply/row_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace londiste::apply {
namespace {

using testing::ElementsAre;

// `id=1 txt=x val=NULL | key,key`
std::string Shown(const RowEvent& row) {
  std::string text;
  for (const RowColumn& column : row.columns()) {
    text += std::string(column.name) + "=" +
            (column.value == nullptr ? "NULL" : "<" + std::string(column.value) + ">") + " ";
  }
  text += "|";
  for (const auto key : row.keys()) text += " " + std::string(key);
  return std::string(1, OperationLetter(row.operation())) + " " + text;
}

std::string Decoded(std::string_view type, std::string_view data) {
  RowEvent row;
  row.Decode(type, data);
  return row.is_raw_sql() ? "raw " + std::string(row.raw_sql()) : Shown(row);
}

TEST(RowEventTest, KnowsItsTypes) {
  for (const char* type : {"I", "U", "D", "R", "I:", "U:id", "D:a,b", "{\"op\":\"INSERT\"}"}) {
    EXPECT_TRUE(RowEvent::IsRowEvent(type)) << type;
  }
  for (const char* type : {"", "X", "IU", "EXECUTE", "R:", "pgq.tick-id", "londiste.add-table",
                           "TRUNCATE", "{", "UPDATE"}) {
    EXPECT_FALSE(RowEvent::IsRowEvent(type)) << type;
  }
}

TEST(RowEventTest, DecodesUrlencodedRows) {
  EXPECT_EQ(Decoded("I:id", "id=1&txt=a+b%26&val&e="), "I id=<1> txt=<a b&> val=NULL e=<> | id");
  EXPECT_EQ(Decoded("U:nr,col1", "nr=1&col1=x"), "U nr=<1> col1=<x> | nr col1");
  EXPECT_EQ(Decoded("I:", "a=1"), "I a=<1> |");
  EXPECT_EQ(Decoded("D:Id%20", "Id%2520=1"), "D Id%20=<1> | Id%20");
}

TEST(RowEventTest, DecodesSqlFragmentsOfTheTriggers) {
  EXPECT_EQ(Decoded("I", "(id,\"Te xt\",val) values ('1',E'a\\\\b''c',null)"),
            "I id=<1> Te xt=<a\\b'c> val=NULL |");
  EXPECT_EQ(Decoded("U", "a='x',b=NULL where k1='1' and k2='b'"),
            "U a=<x> b=NULL k1=<1> k2=<b> | k1 k2");
  EXPECT_EQ(Decoded("U", "id='5' where id='5'"), "U id=<5> id=<5> | id");
  EXPECT_EQ(Decoded("D", "k1='1' and \"K\"\"2\"='b and k3=''c'''"),
            "D k1=<1> K\"2=<b and k3='c'> | k1 K\"2");
}

TEST(RowEventTest, KnowsAKeyThatChanges) {
  const auto changes_key = [](std::string_view type, std::string_view data) {
    RowEvent row;
    row.Decode(type, data);
    return row.changes_key();
  };
  EXPECT_TRUE(changes_key("U", "id='6',a='x' where id='5'"));
  EXPECT_TRUE(changes_key("U", "k2='c' where k1='1' and k2='b'"));
  EXPECT_TRUE(changes_key("U", "k2=NULL where k1='1' and k2='b'"));
  EXPECT_FALSE(changes_key("U", "id='5' where id='5'"));
  EXPECT_FALSE(changes_key("U", "a='x' where id='5'"));
  EXPECT_FALSE(changes_key("D", "id='5'"));
  EXPECT_FALSE(changes_key("U:id", "id=5&a=x"));
  RowEvent row;
  row.Decode("U", "id='6' where id='5'");
  row.Decode("U", "id='6' where id='6'");
  EXPECT_FALSE(row.changes_key());
}

TEST(RowEventTest, HandsOnFragmentsOfOtherShapes) {
  for (const char* data :
       {"(id) values (now())", "(id) values ('1'); drop table x", "(id,b) values ('1')",
        "default values", "", "(id) values (E'a\\n')", "(id) values ('a"}) {
    EXPECT_EQ(Decoded("I", data), "raw " + std::string(data));
  }
  EXPECT_EQ(Decoded("U", "a=a+1 where id='1'"), "raw a=a+1 where id='1'");
  EXPECT_EQ(Decoded("U", "a='1'"), "raw a='1'");
  EXPECT_EQ(Decoded("D", "id is null"), "raw id is null");
}

TEST(RowEventTest, DecodesJson) {
  EXPECT_EQ(
      Decoded(
          R"({"op":"UPDATE","table":["public","t"],"pkey":["id","b"]})",
          R"({"id":1,"b":"x\"\\\/\b\f\n\r\t\u00e7\ud83d\ude00","f":true,"n":null,"num":-1.5e10,"o":{"a":["}",1]}})"),
      "U id=<1> b=<x\"\\/\b\f\n\r\tç😀> f=<true> n=NULL num=<-1.5e10> o=<{\"a\":[\"}\",1]}> | id b");
  EXPECT_EQ(Decoded(R"({"op":"TRUNCATE","table":["public","t"],"pkey":[]})", "{}"), "R |");
  EXPECT_EQ(Decoded(R"({"op":"INSERT","pkey":[]})", "{}"), "I |");
}

TEST(RowEventTest, RefusesBrokenData) {
  RowEvent row;
  EXPECT_THROW(row.Decode("I:id", "id=%4"), base::Error);
  EXPECT_THROW(row.Decode("I:id", "id=%00"), base::Error);
  const char* type = R"({"op":"INSERT","pkey":["id"]})";
  for (const char* data :
       {"", "{", R"({"id")", R"({"id":})", R"({"id":1)", R"({"id":"x)", R"({"id":1}x)",
        R"({"id":"\q"})", R"({"id":"\ud800"})", R"({"id":"\u0000"})", R"({id:1})", "[]"}) {
    EXPECT_THROW(row.Decode(type, data), base::Error) << data;
  }
  EXPECT_THROW(row.Decode(R"({"pkey":["id"]})", "{}"), base::Error);
  EXPECT_THROW(row.Decode(R"({"op":"XXX"})", "{}"), base::Error);
  EXPECT_THROW(row.Decode(R"({"op":null})", "{}"), base::Error);
}

TEST(RowEventTest, IsUsedAgainForTheNextEvent) {
  RowEvent row;
  row.Decode("D", "id is null");
  row.Decode("U:id", "id=1&a=" + std::string(100'000, 'x'));
  EXPECT_FALSE(row.is_raw_sql());
  EXPECT_EQ(row.columns().size(), 2U);
  row.Decode("D:id", "id=2");
  EXPECT_EQ(Shown(row), "D id=<2> | id");
}

TEST(RowEventTest, KeyTextIsForReadingAndShort) {
  RowEvent row;
  row.Decode("D:a,b", "b&a=1&c=2");
  EXPECT_EQ(row.KeyText(), "(a=1, b=NULL)");
  row.Decode("I:", "a=1");
  EXPECT_EQ(row.KeyText(), "");
  row.Decode("D:a", "a=" + std::string(5000, 'x'));
  EXPECT_LT(row.KeyText().size(), 250U);
}

}  // namespace
}  // namespace londiste::apply
