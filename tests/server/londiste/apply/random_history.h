// Random tables and random valid histories of their rows, as the events that the triggers would
// write.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace apply_test {

using Value = std::optional<std::string>;

class RandomHistory {
 public:
  // Takes an event's type and data.
  using Emit = std::function<void(const std::string& type, const std::string& data)>;

  RandomHistory(unsigned seed, int number);

  // Creates the table "schema"."<name()>" with all that was chosen for it.
  std::string CreateSql(const std::string& schema) const;
  const std::string& name() const { return name_; }
  std::string description() const { return description_; }

  // One change of one row, sometimes of its key; two rows that swap their unique values are
  // several. With `wrong` it may be one that the target must complain of: a row that is not there.
  void Change(const Emit& emit, bool wrong);

 private:
  struct Column {
    std::string name, type;
    bool key = false, unique = false;
    std::string generated;  // expression
    bool identity = false;
    std::string uniqueness{};  // what makes it unique; see CreateSql
  };
  using Row = std::map<std::string, Value>;  // by column name

  int Below(int limit) { return std::uniform_int_distribution(0, limit - 1)(random_); }
  bool OneIn(int n) { return Below(n) == 0; }
  Value RandomValue(const Column& column);
  std::string AnotherSpelling(const Column& column, const std::string& value);
  void AddUniqueColumns();
  Row RandomRow();
  void SetUnique(Row& row);
  std::string KeyOf(const Row& row) const;
  void Insert(const Emit& emit);
  void Update(const Emit& emit, const std::string& key);
  void UpdateKey(const Emit& emit, const std::string& key);
  void Delete(const Emit& emit, const std::string& key);
  void Swap(const Emit& emit);
  void Write(const Emit& emit, char operation, const Row& row);

  std::mt19937 random_;
  std::string name_, description_, extra_;
  std::vector<Column> columns_;
  bool partitioned_ = false;
  std::map<std::string, Row> rows_;  // by key
  std::vector<std::string> free_unique_;
  int next_unique_ = 0;
};

}  // namespace apply_test
