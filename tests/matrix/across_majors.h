// A provider of one major of PostgreSQL and a subscriber of another, pgqd on both.
// SKYTOOLS_PROVIDER and SKYTOOLS_SUBSCRIBER name the majors, SKYTOOLS_PG<major>_BIN their programs
// (tests/matrix/with sets them).
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace across_majors {

inline std::string Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (!value) throw std::runtime_error(name + " is not set: run by tests/matrix/with");
  return value;
}

inline std::string BinDir(const std::string& side) {
  return Environment("SKYTOOLS_PG" + Environment(side) + "_BIN");
}

inline constexpr const char* kFast =
    "check_period = 1\nticker_period = 0.2\nmaint_period = 1\nretry_period = 1";

class AcrossMajors : public testing::Test {
 protected:
  void SetUp() override {
    for (test_support::Node* node : {&from_, &to_}) node->server().CreateDatabase("shop");
    const auto major = [](test_support::Node& node) {
      return std::to_string(std::stoi(node.sql().Value("show server_version_num")) / 10000);
    };
    ASSERT_EQ(major(from_), Environment("SKYTOOLS_PROVIDER"));
    ASSERT_EQ(major(to_), Environment("SKYTOOLS_SUBSCRIBER"));
    pgqds_.push_back(test_support::StartPgqd(dir_, provider_, "pgqd_provider", kFast));
    pgqds_.push_back(test_support::StartPgqd(dir_, subscriber_, "pgqd_subscriber", kFast));
  }

  void TearDown() override {
    for (test_support::Node* node : {&from_, &to_}) {
      if (node->has_worker()) {
        EXPECT_EQ(node->StopWorker(), 0);
      }
      if (HasFailure()) std::cerr << node->name() << ":\n" << node->Log() << "\n";
    }
    for (const auto& pgqd : pgqds_) EXPECT_EQ(pgqd->Stop(), 0);
    for (const char* name : {"pgqd_provider", "pgqd_subscriber"}) {
      const std::string log = test_support::ReadWholeFile(dir_.path() + "/" + name + ".log");
      EXPECT_THAT(log, testing::Not(testing::HasSubstr("ERROR"))) << name;
    }
  }

  testing::AssertionResult Equal(const std::string& table) {
    return test_support::EventuallyEqual(
        std::chrono::seconds(120), [&] { return test_support::TableDigest(from_.sql(), table); },
        [&] { return test_support::TableDigest(to_.sql(), table); });
  }

  test_support::TempDir dir_;
  test_support::PostgresServer provider_{{}, BinDir("SKYTOOLS_PROVIDER")},
      subscriber_{{}, BinDir("SKYTOOLS_SUBSCRIBER")};
  test_support::Node from_{dir_, provider_, "shop", "root"}, to_{dir_, subscriber_, "shop", "leaf"};
  std::vector<std::unique_ptr<test_support::Process>> pgqds_;
};

}  // namespace across_majors
