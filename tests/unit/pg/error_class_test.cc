#include "pg/error_class.h"

#include <gtest/gtest.h>

namespace pg {
namespace {

Failure Of(FailureKind kind, const std::string& sqlstate) {
  Failure failure;
  failure.kind = kind;
  failure.sqlstate = sqlstate;
  return failure;
}

TEST(ErrorClassTest, WhatGoesByItselfIsTransient) {
  for (const char* state : {"40001", "40P01", "55P03", "57014", "25P02", "26000", "53200"})
    EXPECT_EQ(Classify(Of(FailureKind::kSql, state)), ErrorClass::kTransient) << state;
  for (const char* state : {"", "57P03", "53300", "08006"})
    EXPECT_EQ(Classify(Of(FailureKind::kConnectFailed, state)), ErrorClass::kTransient) << state;
  EXPECT_EQ(Classify(Of(FailureKind::kConnectionLost, "")), ErrorClass::kTransient);
}

TEST(ErrorClassTest, WhatAPersonHasToMendNeedsSomebody) {
  for (const char* state :
       {"42703", "42P01", "42501", "22003", "23505", "53100", "25006", "P0001", "XX001", "54000"})
    EXPECT_EQ(Classify(Of(FailureKind::kSql, state)), ErrorClass::kNeedsSomebody) << state;
  for (const char* state : {"28P01", "28000", "3D000", "42501", "55000", "57P04"})
    EXPECT_EQ(Classify(Of(FailureKind::kConnectFailed, state)), ErrorClass::kNeedsSomebody)
        << state;
  EXPECT_EQ(Classify(Of(FailureKind::kOther, "")), ErrorClass::kNeedsSomebody);
}

TEST(ErrorClassTest, PlaceDecidesWhatOneStateMeans) {
  EXPECT_EQ(Classify(Of(FailureKind::kSql, "53300")), ErrorClass::kNeedsSomebody);
  EXPECT_EQ(Classify(Of(FailureKind::kConnectFailed, "53300")), ErrorClass::kTransient);
}

TEST(ErrorClassTest, ConfigurationIsFinal) {
  EXPECT_EQ(Classify(Of(FailureKind::kConfig, "")), ErrorClass::kNever);
}

}  // namespace
}  // namespace pg
