#include "bench/whole/pipe.h"

#include <stdexcept>

namespace bench {

void Pipe::StopApply() { throw std::runtime_error("system pipe can only copy"); }

void Pipe::Subscribe(const std::vector<std::string>& tables, InitialCopy copy) {
  if (copy == InitialCopy::kNo) StopApply();
  const std::string psql = test_support::PostgresBinDir() + "/psql -qX -v ON_ERROR_STOP=1 -d '";
  test_support::Sql& target = site_.subscriber();
  for (const std::string& table : tables) {
    const std::string is_table = "conrelid = '" + table + "'::regclass";
    const auto indexes = target.Exec(
        "select pg_get_indexdef(indexrelid), indexrelid::regclass from pg_index i"
        " where indrelid = '" +
        table + "'::regclass and not indisprimary");
    for (const auto& index : indexes) target.Exec("drop index " + index[1].value());
    const std::string key = target.Value("select conname from pg_constraint where " + is_table);
    target.Exec("alter table " + table + " drop constraint " + key);
    RunProgram({"/bin/sh", "-c",
                psql + site_.Far(0) + "' -c 'copy " + table + " to stdout' | " + psql +
                    site_.Near(site_.last()) + "' -c 'copy " + table + " from stdin'"});
    target.Exec("alter table " + table + " add constraint " + key + " primary key (id)");
    for (const auto& index : indexes) target.Exec(index[0].value());
  }
}

}  // namespace bench
