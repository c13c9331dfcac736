#include "londiste/structure/definition_text.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace {

using londiste::structure::ReplaceName;
using londiste::structure::SplitDefinition;
using londiste::structure::SplitDefinitionAt;

std::string Split(const char* definition, const char* keyword, const char* name) {
  const SplitDefinition parts = SplitDefinitionAt(definition, keyword, name);
  return parts.before + "<>" + parts.after;
}

TEST(DefinitionText, FindsANameBehindItsKeyword) {
  EXPECT_EQ(Split("CREATE INDEX i ON public.t USING btree (a)", " ON ", "public.t"),
            "CREATE INDEX i ON <> USING btree (a)");
  EXPECT_EQ(Split("REFERENCES public.t(a)", "REFERENCES ", "public.t"), "REFERENCES <>(a)");
  EXPECT_EQ(Split("... FROM \"S x\".t", " FROM ", "\"S x\".t"), "... FROM <>");
  EXPECT_EQ(Split("TO public.t\n   WHERE", "TO ", "public.t"), "TO <>\n   WHERE");
}

TEST(DefinitionText, PassesOverQuotesAndLongerNames) {
  EXPECT_EQ(Split("CREATE INDEX \" ON public.t \" ON public.t USING", " ON ", "public.t"),
            "CREATE INDEX \" ON public.t \" ON <> USING");
  EXPECT_EQ(Split("WHEN ('it''s ON public.t ') ON public.t FOR", " ON ", "public.t"),
            "WHEN ('it''s ON public.t ') ON <> FOR");
  EXPECT_EQ(Split("UPDATE OF \"a\"\" ON public.t \" ON public.t FOR", " ON ", "public.t"),
            "UPDATE OF \"a\"\" ON public.t \" ON <> FOR");
  EXPECT_EQ(Split("A ON public.t2 B ON public.t.c C ON public.t", " ON ", "public.t"),
            "A ON public.t2 B ON public.t.c C ON <>");
}

TEST(DefinitionText, SaysWhatItCouldNotFind) {
  for (const char* definition : {"", "ON public.t", " ON public.t2", "'  ON public.t", "\" ON "}) {
    EXPECT_THROW(SplitDefinitionAt(definition, " ON ", "public.t"), base::Error) << definition;
  }
}

TEST(DefinitionText, ReplacesEveryName) {
  EXPECT_EQ(
      ReplaceName("TO s.t DO ALSO INSERT INTO s.t SELECT 's.t', \"s.t\" FROM s.t, a.s.t, s.t2",
                  "s.t", "\"x\".\"y\""),
      "TO \"x\".\"y\" DO ALSO INSERT INTO \"x\".\"y\" SELECT 's.t', \"s.t\" FROM "
      "\"x\".\"y\", a.s.t, s.t2");
  EXPECT_EQ(ReplaceName("(s.t)", "s.t", "s.t"), "(s.t)");
}

}  // namespace
