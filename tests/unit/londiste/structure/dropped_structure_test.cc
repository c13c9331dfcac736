#include "londiste/structure/dropped_structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "londiste/copy/range_options.h"

namespace {

using londiste::copy::RangeOptions;
using londiste::structure::DroppedStructure;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kBuild =
    "set local default_tablespace = 'fast; disk';\nCREATE INDEX i ON public.t USING btree (a) "
    "WHERE (b = ';'::text)";
const std::string kUnique =
    "set local default_tablespace = '';\nCREATE UNIQUE INDEX t_pkey ON public.t USING btree (id)";
const std::string kKey =
    "alter table only public.t add constraint t_pkey primary key using index t_pkey";

TEST(DroppedStructureTest, ReadsBackWhatItWrote) {
  const DroppedStructure written{{kBuild, kUnique}, {kKey, "comment on index public.i is 'a; b'"}};
  const DroppedStructure read = DroppedStructure::Parse(written.Text());
  EXPECT_EQ(read.builds, written.builds);
  EXPECT_EQ(read.rest, written.rest);
  EXPECT_EQ(read.Text(), written.Text());
}

TEST(DroppedStructureTest, ATablespaceStaysWithAConstraintToo) {
  const DroppedStructure read = DroppedStructure::Parse(
      "set local default_tablespace = 'x';\nalter table only public.t add constraint e exclude "
      "using gist (c with &&);\n");
  EXPECT_THAT(read.builds, IsEmpty());
  EXPECT_THAT(read.rest, ElementsAre("set local default_tablespace = 'x';\nalter table only "
                                     "public.t add constraint e exclude using gist (c with &&)"));
}

// Several statements, some on one line.
TEST(DroppedStructureTest, SortsWhatSkyToolsStored) {
  const DroppedStructure read = DroppedStructure::Parse(
      "CREATE INDEX t_a ON public.t USING btree (a);\nALTER TABLE ONLY public.t\n  ADD CONSTRAINT "
      "t_pkey\n  PRIMARY KEY (id); "
      "CREATE UNIQUE INDEX u ON t (b);");
  EXPECT_THAT(read.builds, ElementsAre("CREATE INDEX t_a ON public.t USING btree (a)",
                                       "CREATE UNIQUE INDEX u ON t (b)"));
  EXPECT_THAT(
      read.rest,
      ElementsAre("ALTER TABLE ONLY public.t\n  ADD CONSTRAINT t_pkey\n  PRIMARY KEY (id)"));
}

TEST(DroppedStructureTest, LeavesWhatCannotBeReadToTheServer) {
  EXPECT_THAT(DroppedStructure::Parse("create index i on t (a) where b = 'open").rest,
              ElementsAre("create index i on t (a) where b = 'open"));
  EXPECT_TRUE(DroppedStructure::Parse("").empty());
  EXPECT_EQ(DroppedStructure::Parse("").Text(), "");
}

// A first attempt built the key's index and died before the constraint; the second drops it again.
TEST(DroppedStructureTest, IndexesComeBeforeWhatStandsOnThem) {
  DroppedStructure missing = DroppedStructure::Parse(kKey + ";\n");
  missing.Add({{kUnique}, {}});
  EXPECT_EQ(missing.Text(), kUnique + ";\n" + kKey + ";\n");
}

TEST(RangeOptionsTest, NamesTablesByPattern) {
  const RangeOptions options{.patterns = {"big", "log.*", "public.part_20??"}};
  EXPECT_TRUE(options.Names("public.big"));
  EXPECT_FALSE(options.Names("other.big"));
  EXPECT_TRUE(options.Names("log.x"));
  EXPECT_TRUE(options.Names("public.part_2024"));
  EXPECT_FALSE(options.Names("public.part_19"));
  EXPECT_TRUE((RangeOptions{.patterns = {"*"}}.Names("any.table")));
  EXPECT_FALSE(RangeOptions{}.Names("public.t"));
}

}  // namespace
