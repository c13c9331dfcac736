// Where the statements of a set find its rows: in a staging table, or in their own text.
#pragma once

#include <string>

#include "londiste/apply/net_effect.h"

namespace londiste::apply {

// Each is one kind of rows, for a statement whose target is called t.
struct SetSource {
  struct Rows {
    std::string from;   // an item of FROM, called s; or "", then the condition needs none
    std::string where;  // "" for all of them
  };
  Rows gone, changed, fresh;
  Rows passing;  // came and went
};

// The table's columns are c0, c1, ... and was_there, is_there.
SetSource StageSource(const std::string& stage, const NetEffect& net);

// REQUIRES: all columns have types with arrays. Leaves out rows to insert unless `with_inserts`.
SetSource ArraySource(const NetEffect& net, bool with_inserts);

}  // namespace londiste::apply
