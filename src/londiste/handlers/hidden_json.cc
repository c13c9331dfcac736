#include "londiste/handlers/hidden_json.h"

#include <optional>
#include <vector>

#include "base/error.h"
#include "londiste/output/json.h"

namespace londiste::handlers {
namespace {

using output::Json;

enum class Show {
  kAll,      // as it is: it is kept, or within what is kept
  kMembers,  // of an object, those that its rule names
  kNothing,
};

// One object or list that is open.
struct Level {
  bool is_object;
  Show show;
  const HidingRule* rule = nullptr;  // of kMembers
  bool empty = true;
  // How it was before this one, which goes again when nothing of it is left.
  std::size_t before = 0;
  bool parent_was_empty = true;
};

// Writes what it is shown as it reads; deep JSON needs no stack.
class Writer final : public nlohmann::json_sax<Json> {
 public:
  Writer(const HidingRule& rule, std::string_view key) : top_(rule), hash_key_(key) {}

  std::string Take() { return out_.empty() ? "{}" : std::move(out_); }
  std::size_t failed_at() const { return failed_at_; }

  bool null() override {
    if (!levels_.empty() && levels_.back().show == Show::kAll) Write("null");
    return true;
  }
  // Python, whose text SkyTools hashes, takes them for numbers.
  bool boolean(bool value) override {
    return Scalar(value ? "true" : "false", value ? "1" : "0", value);
  }
  bool number_integer(number_integer_t value) override {
    return Scalar(std::to_string(value), std::to_string(value), value != 0);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Scalar(std::to_string(value), std::to_string(value), value != 0);
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return Scalar(text, text, value != 0);
  }
  bool string(string_t& value) override { return Scalar(Quoted(value), value, !value.empty()); }
  bool binary(binary_t&) override { return false; }  // in no text
  bool start_object(std::size_t) override { return Open(true); }
  bool start_array(std::size_t) override { return Open(false); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    name_ = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    failed_at_ = position;
    return false;
  }

 private:
  static std::string Quoted(const std::string& text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  // Of the member that comes next in an object of kMembers; nullptr: it is not shown.
  const HidingRule* RuleOfNext() const {
    const auto& members = levels_.back().rule->members;
    const auto found = members.find(name_);
    return found == members.end() ? nullptr : &found->second;
  }

  void Write(std::string_view value) {
    if (!levels_.empty()) {
      Level& level = levels_.back();
      if (!level.empty) out_ += ',';
      level.empty = false;
      if (level.is_object) out_ += Quoted(name_) + ":";
    }
    out_ += value;
  }

  // `text`: of JSON; `value`: what is hashed; `is_true`: in Python's sense.
  bool Scalar(const std::string& text, const std::string& value, bool is_true) {
    if (levels_.empty() || levels_.back().show == Show::kNothing) return true;
    if (levels_.back().show == Show::kAll) return Write(text), true;
    const HidingRule* rule = RuleOfNext();
    if (rule == nullptr || rule->is_object()) return true;
    switch (rule->hiding) {
      case Hiding::kSkip:
        break;
      case Hiding::kKeep:
        Write(text);
        break;
      case Hiding::kBool:
        Write(is_true ? "\"t\"" : "\"f\"");
        break;
      case Hiding::kHash:
      case Hiding::kHash32:
      case Hiding::kHash64: {
        std::optional<std::string> hidden = value;
        Hide(rule->hiding, hash_key_, hidden);
        Write(rule->hiding == Hiding::kHash ? "\"" + *hidden + "\"" : *hidden);
      }
    }
    return true;
  }

  Show ShowNext(bool is_object, const HidingRule*& rule) const {
    if (!levels_.empty()) {
      if (levels_.back().show != Show::kMembers) return levels_.back().show;
      rule = RuleOfNext();
      if (rule == nullptr) return Show::kNothing;
      if (!rule->is_object()) return rule->hiding == Hiding::kKeep ? Show::kAll : Show::kNothing;
    }
    return is_object ? Show::kMembers : Show::kNothing;
  }

  bool Open(bool is_object) {
    const HidingRule* rule = &top_;
    Level level{.is_object = is_object, .show = ShowNext(is_object, rule)};
    level.rule = rule;
    level.before = out_.size();
    if (!levels_.empty()) level.parent_was_empty = levels_.back().empty;
    if (level.show != Show::kNothing) Write(is_object ? "{" : "[");
    levels_.push_back(level);
    return true;
  }

  bool Close() {
    const Level level = levels_.back();
    levels_.pop_back();
    if (level.show == Show::kMembers && level.empty) {
      out_.resize(level.before);
      if (!levels_.empty()) levels_.back().empty = level.parent_was_empty;
    } else if (level.show != Show::kNothing) {
      out_ += level.is_object ? '}' : ']';
    }
    return true;
  }

  const HidingRule& top_;
  const std::string_view hash_key_;
  std::string out_, name_;
  std::vector<Level> levels_;
  std::size_t failed_at_ = 0;
};

}  // namespace

std::string HideInJson(std::string_view text, const HidingRule& rule, std::string_view key) {
  Writer writer(rule, key);
  if (!Json::sax_parse(text.begin(), text.end(), &writer))
    throw base::Error("the value is no JSON, from byte " + std::to_string(writer.failed_at()));
  return writer.Take();
}

}  // namespace londiste::handlers
