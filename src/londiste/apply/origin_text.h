// Percent-encoded event data of an origin whose database is in another encoding than UTF-8.
//
// Our triggers encode as UTF-8 wherever they run. SkyTools' in C encode the bytes of the database's
// own encoding, and the events do not say which it was. The other formats are text of the server,
// which it converts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace londiste::apply {

class OriginText {
 public:
  enum class Rule {
    kAll,      // the trigger is known to write the database's encoding
    kInvalid,  // what is UTF-8 is taken for that: a value is converted only when it cannot be
  };

  // `encoding`: PostgreSQL's name, as LATIN1. Throws base::Error when it is not known here.
  OriginText(std::string encoding, Rule rule);
  ~OriginText();
  OriginText(const OriginText&) = delete;

  // The names that it knows.
  static std::vector<std::string> Encodings();

  const std::string& encoding() const { return encoding_; }
  Rule rule() const { return rule_; }

  // Data of an event `I:id`, `U:id` or `D:id`, with names and values as UTF-8; nullopt: as it is.
  // Throws base::Error when a value is not text in the encoding. One thread at a time.
  std::optional<std::string> ToUtf8(std::string_view data) const;

 private:
  class Converter;
  const std::string encoding_;
  const Rule rule_;
  const std::unique_ptr<Converter> converter_;
};

}  // namespace londiste::apply
