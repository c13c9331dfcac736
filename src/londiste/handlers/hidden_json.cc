#include "londiste/handlers/hidden_json.h"

#include <vector>

#include "base/error.h"
#include "londiste/output/json.h"

namespace londiste::handlers {
namespace {

using output::Json;

// One object or list that is open.
struct Level {
  bool is_object;
  const HidingRule* rule;  // of its elements, or of its members by name; nullptr: all as they are
  std::size_t start;       // in the output
  bool hidden = false;     // nothing of it is shown
  const HidingRule* hashed = nullptr;  // as a whole, when it ends
  bool empty = true;
};

// Writes what it is shown as it reads; deep JSON needs no stack.
class Writer final : public nlohmann::json_sax<Json> {
 public:
  Writer(const HidingRule& rule, std::string_view key) : top_(rule), hash_key_(key) {}

  std::optional<std::string> Take() {
    return out_.empty() ? std::nullopt : std::optional(std::move(out_));
  }
  std::size_t failed_at() const { return failed_at_; }

  bool null() override { return Scalar("null", std::nullopt); }
  bool boolean(bool value) override {
    const std::string text = value ? "true" : "false";
    return Scalar(text, text);
  }
  bool number_integer(number_integer_t value) override { return Number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Number(text); }
  bool string(string_t& value) override { return Scalar(Quoted(value), value); }
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
  bool Number(const std::string& text) { return Scalar(text, text); }

  // Of the value that comes next; nullptr: as it is.
  const HidingRule* RuleOfNext() const {
    static const HidingRule kSkipped;
    if (levels_.empty()) return &top_;
    const Level& level = levels_.back();
    if (level.hidden) return &kSkipped;
    if (level.rule == nullptr || !level.is_object) return level.rule;
    const auto found = level.rule->members.find(name_);
    return found == level.rule->members.end() ? &kSkipped : &found->second;
  }

  void BeginValue() {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (!level.empty) out_ += ',';
    level.empty = false;
    if (level.is_object) out_ += Quoted(name_) + ":";
  }

  // `text`: of JSON; `value`: what is hashed, nullopt for null.
  bool Scalar(const std::string& text, std::optional<std::string> value) {
    const HidingRule* rule = RuleOfNext();
    if (rule == nullptr || (!rule->is_object() && rule->hiding == Hiding::kKeep)) {
      BeginValue();
      out_ += text;
    } else if (!rule->is_object() && rule->hiding != Hiding::kSkip) {
      BeginValue();
      out_ += Hidden(rule->hiding, std::move(value));
    }
    return true;
  }

  std::string Hidden(Hiding hiding, std::optional<std::string> value) const {
    Hide(hiding, hash_key_, value);
    if (!value) return "null";
    if (hiding == Hiding::kBool) return *value == "t" ? "true" : "false";
    return hiding == Hiding::kHash ? "\"" + *value + "\"" : *value;
  }

  bool Open(bool is_object) {
    const HidingRule* rule = RuleOfNext();
    Level level{is_object, rule, 0};
    if (rule != nullptr && !rule->is_object()) {
      level.hidden = rule->hiding == Hiding::kSkip;
      level.rule = nullptr;
      if (rule->hiding != Hiding::kKeep && !level.hidden) level.hashed = rule;
    }
    if (!level.hidden) {
      BeginValue();
      level.start = out_.size();
      out_ += is_object ? '{' : '[';
    }
    levels_.push_back(level);
    return true;
  }

  bool Close() {
    const Level level = levels_.back();
    levels_.pop_back();
    if (level.hidden) return true;
    out_ += level.is_object ? '}' : ']';
    if (level.hashed != nullptr) {
      const std::string hidden = Hidden(level.hashed->hiding, out_.substr(level.start));
      out_.replace(level.start, std::string::npos, hidden);
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

std::optional<std::string> HideInJson(std::string_view text, const HidingRule& rule,
                                      std::string_view key) {
  Writer writer(rule, key);
  if (!Json::sax_parse(text.begin(), text.end(), &writer))
    throw base::Error("the value is no JSON, from byte " + std::to_string(writer.failed_at()));
  return writer.Take();
}

}  // namespace londiste::handlers
