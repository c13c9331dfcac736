#include "capture/random_case.h"

#include <algorithm>

#include "capture/random.h"
#include "capture/random_table.h"
#include "capture/random_trigger.h"

namespace capture_test {
namespace {

class Author {
 public:
  Author(std::uint64_t seed, Charset charset) : random_(seed), charset_(charset) {}

  std::vector<Statement> Write() {
    Run("set client_min_messages = error");
    Run("drop schema if exists \"case\" cascade");
    Run("create schema \"case\"");
    LookFunction();
    key_updates_ = random_.Chance(50);
    Run(std::string("select pgq.set_queue_config('capture', 'key_update', '") +
        (key_updates_ ? "replicate" : "refuse") + "')");
    if (random_.Chance(50)) Settings();
    table_ =
        RandomTable(random_, charset_,
                    "\"case\"." + QuotedName(random_.Chance(70) ? "t" : "The 'table'."), made_);
    Flush();
    if (random_.Chance(40)) Insert();  // rows from before the triggers and before ALTER
    if (random_.Chance(25)) Alter();
    if (random_.Chance(10)) ReplaceEntryPoint();
    AddTriggers(random_, table_, "capture", "capture", made_);
    Flush();
    if (random_.Chance(15)) {
      AddTriggers(random_, table_, "second_capture", "capture", made_);
      Flush();
    }
    if (random_.Chance(12)) NestedTrigger();
    if (random_.Chance(15)) Child();
    if (random_.Chance(8)) Descendant();
    const int n = random_.Between(6, 25);
    for (int i = 0; i < n; ++i) Step();
    if (in_transaction_) Run(random_.Chance(90) ? "commit" : "rollback");
    Run("reset all");
    return script_;
  }

 private:
  void Run(const std::string& sql, const std::string& copy_data = "") {
    script_.push_back({sql, copy_data});
  }
  void Flush() {
    for (const std::string& sql : made_) Run(sql);
    made_.clear();
  }

  void Settings() {
    static const std::vector<std::string> kSettings = {
        "DateStyle = 'German, DMY'",
        "DateStyle = 'SQL, MDY'",
        "DateStyle = 'Postgres, DMY'",
        "DateStyle = 'ISO, DMY'",
        "IntervalStyle = 'sql_standard'",
        "IntervalStyle = 'iso_8601'",
        "IntervalStyle = 'postgres_verbose'",
        "extra_float_digits = -15",
        "extra_float_digits = 0",
        "extra_float_digits = 3",
        "bytea_output = 'escape'",
        "TimeZone = 'America/Sao_Paulo'",
        "TimeZone = 'Asia/Kolkata'",
        "TimeZone = 'UTC'",
        "TimeZone = '-00:07:30'",
        "search_path = 'Kinds', pg_catalog",
        "search_path = 'case', 'Kinds'",
        "search_path = ''",
        "xmloption = 'document'",
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "lc_monetary = 'C.utf8'",
        "session_replication_role = 'local'",
        "array_nulls = off",
        "enable_seqscan = off",
        "geqo = off",
        "default_transaction_isolation = 'repeatable read'",
        "row_security = off",
        "lc_messages = 'C'"};
    const int n = random_.Between(1, 4);
    for (int i = 0; i < n; ++i) Run("set " + random_.Pick(kSettings));
  }

  // What the queue holds so far, as a subtransaction sees it that may be taken back.
  void LookFunction() {
    Run("create function \"case\".look(undo boolean) returns text language plpgsql as $$ "
        "declare seen text; begin begin "
        "select count(*) || ' ' || md5(coalesce(string_agg(ev_type || ev_data, ',' order by "
        "ev_id), '')) into seen from pgq.event_1; "
        "if undo then raise exception 'undone'; end if; "
        "exception when raise_exception then null; end; return seen; end $$");
  }

  void Look() {
    Run(random_.Chance(30)
            ? "select count(*), max(ev_id) from pgq.event_1"
            : "select \"case\".look(" + std::string(random_.Chance(50) ? "true" : "false") + ")");
  }

  bool InKey(const Column& column) const {
    return std::ranges::find(table_.key, column.name) != table_.key.end();
  }

  std::string Value(const Column& column) {
    return RandomValue(random_, charset_, column.type, NullPercent(column));
  }

  // Few errors of what is no concern of ours.
  int NullPercent(const Column& column) const {
    if (InKey(column) || column.type.name == "\"Kinds\".yes") return 1;
    return 12;
  }

  // Now and then an expression with a value of the row.
  std::string NewValue(const Column& column) {
    if (random_.Chance(20)) return QuotedName(column.name);
    return random_.Chance(5) ? "default" : Value(column);
  }

  std::string Condition() {
    if (table_.columns.empty() || random_.Chance(40)) return "true";
    const Column& column = random_.Pick(table_.columns);
    if (random_.Chance(50))
      return QuotedName(column.name) + " is " + (random_.Chance(50) ? "" : "not ") + "null";
    return QuotedName(column.name) + "::text >= " + Value(column) + "::text collate \"C\"";
  }

  std::string Columns(const std::vector<const Column*>& columns) {
    std::string list;
    for (const Column* column : columns)
      list += (list.empty() ? "" : ", ") + QuotedName(column->name);
    return list;
  }

  void Insert() {
    const std::vector<const Column*> columns = table_.Writable();
    if (columns.empty()) return Run("insert into " + table_.name + " default values");
    std::string sql = "insert into " + table_.name + " (" + Columns(columns) + ") values ";
    const int rows = random_.Chance(60) ? 1 : random_.Between(2, 8);
    for (int row = 0; row < rows; ++row) {
      sql += row == 0 ? "(" : ", (";
      for (std::size_t i = 0; i < columns.size(); ++i)
        sql += (i == 0 ? "" : ", ") +
               (random_.Chance(InKey(*columns[i]) ? 1 : 5) ? "default" : Value(*columns[i]));
      sql += ")";
    }
    if (!table_.key.empty() && random_.Chance(60)) {
      sql += " on conflict (" + KeyList() + ") do ";
      sql += random_.Chance(50) ? "nothing" : "update set " + Assignments(true);
    }
    Run(sql + (random_.Chance(20) ? " returning *" : ""));
  }

  std::string KeyList() {
    std::string list;
    for (const std::string& name : table_.key)
      list += (list.empty() ? "" : ", ") + QuotedName(name);
    return list;
  }

  std::string Assignments(bool excluded) {
    std::string list;
    std::vector<const Column*> columns = table_.Writable();
    random_.Shuffle(columns);
    for (const Column* column : columns) {
      if (InKey(*column) && !random_.Chance(key_updates_ ? 20 : 4)) continue;
      if (!list.empty() && random_.Chance(50)) break;
      list += (list.empty() ? "" : ", ") + QuotedName(column->name) + " = " +
              (excluded ? "excluded." + QuotedName(column->name) : NewValue(*column));
    }
    if (list.empty() && !columns.empty())
      list = QuotedName(columns[0]->name) + " = " +
             (excluded ? "excluded." : table_.name.substr(7) + ".") + QuotedName(columns[0]->name);
    return list;
  }

  void Copy() {
    const std::vector<const Column*> columns = table_.Writable();
    if (columns.empty()) return;
    std::string data;
    const int rows = random_.Between(0, 5);
    for (int row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) data += '\t';
        const std::string input =
            RandomInput(random_, charset_, columns[i]->type, NullPercent(*columns[i]));
        data += input == "\\N" ? input : CopyEscaped(input);
      }
      data += '\n';
    }
    Run("copy " + table_.name + " (" + Columns(columns) + ") from stdin", data);
  }

  static std::string CopyEscaped(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
      switch (c) {
        case '\\':
          escaped += "\\\\";
          break;
        case '\t':
          escaped += "\\t";
          break;
        case '\n':
          escaped += "\\n";
          break;
        case '\r':
          escaped += "\\r";
          break;
        default:
          escaped += c;
      }
    }
    return escaped;
  }

  void Alter() {
    AlterAtRandom(random_, charset_, table_, made_);
    Flush();
  }

  void Transaction() {
    if (!in_transaction_) {
      static const std::vector<std::string> kBegin = {"begin", "begin",
                                                      "begin isolation level repeatable read",
                                                      "begin isolation level serializable"};
      Run(random_.Pick(kBegin));
      in_transaction_ = true;
      return;
    }
    switch (random_.Between(1, 6)) {
      case 1:
      case 2:
        return Run("savepoint s");
      case 3:
        return Run("rollback to savepoint s");
      case 4:
        return Run("release savepoint s");
      case 5:
        Run("commit");
        break;
      default:
        Run("rollback");
    }
    in_transaction_ = false;
  }

  void Step() {
    const int kind = random_.Between(1, 100);
    if (kind <= 40)
      Insert();
    else if (kind <= 63) {
      const std::string assignments = Assignments(false);
      if (!assignments.empty())
        Run("update " + table_.name + " set " + assignments + " where " + Condition());
    } else if (kind <= 70)
      Run("delete from " + table_.name + " where " + Condition());
    else if (kind <= 76)
      Copy();
    else if (kind <= 78)
      Run("truncate " + table_.name + " cascade");
    else if (kind <= 81)
      Look();
    else if (kind <= 90)
      Transaction();
    else if (kind <= 94)
      Alter();
    else if (kind <= 97)
      Settings();
    else if (kind <= 98)
      Run("do $$ begin insert into " + table_.name +
          " default values; raise exception 'no'; exception when others then null; end $$");
    else
      Run("set constraints all immediate");
  }

  void ReplaceEntryPoint() {
    Run("create or replace function pgq.insert_event(queue_name text, ev_type text, ev_data text, "
        "ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)"
        " returns bigint language sql as $$ select pgq.insert_event_raw($1, null, now(), null, "
        "null, $2, $3, $4, $5, $6, 'replaced ' || coalesce($7, '')) $$");
  }

  // A row trigger that changes another captured table, before or after the capture trigger by name.
  void NestedTrigger() {
    Run("create table \"case\".log (n serial primary key, what text)");
    Run("create trigger capture after insert or update or delete on \"case\".log for each row "
        "execute function pgq.logutriga('capture')");
    Run("create function \"case\".nested() returns trigger language plpgsql as $$ begin"
        " insert into \"case\".log (what) values (tg_op" +
        (random_.Chance(40)
             ? std::string(" || \"case\".look(") + (random_.Chance(50) ? "true" : "false") + ")"
             : "") +
        ");"
        " begin insert into \"case\".log (what) values ('undone'); raise exception 'undone'; "
        "exception when raise_exception then null; end;"
        " update \"case\".log set what = what || '+' where n in (1, 2);"
        " return coalesce(new, old); end $$");
    Run("create trigger " + std::string(random_.Chance(50) ? "aaa" : "zzz") +
        (random_.Chance(50) ? " after" : " before") + " insert or update or delete on " +
        table_.name + " for each row execute function \"case\".nested()");
  }

  // A table that follows the first one by a foreign key.
  void Child() {
    if (table_.key.size() != 1) return;
    const Column* key = table_.Find(table_.key[0]);
    static const std::vector<std::string> kActions = {"cascade", "set null"};
    Run("create table \"case\".child (n serial primary key, ref " + key->type.name +
        " references " + table_.name + " on delete " + random_.Pick(kActions) +
        " on update cascade)");
    Run("create trigger capture after insert or update or delete on \"case\".child for each row "
        "execute function pgq.sqltriga('capture')");
    Run("create function \"case\".follow() returns trigger language plpgsql as $$ begin insert "
        "into \"case\".child (ref) values (new." +
        QuotedName(key->name) + "); return null; end $$");
    Run("create trigger follow after insert on " + table_.name +
        " for each row execute function \"case\".follow()");
  }

  void Descendant() {
    if (table_.partitioned) return;
    Run("create table \"case\".descendant (more text default 'more') inherits (" + table_.name +
        ")");
    Run("create trigger capture after insert or update or delete on \"case\".descendant for each "
        "row execute function pgq.jsontriga('capture', 'backup')");
    Run("insert into \"case\".descendant default values");
  }

  Random random_;
  Charset charset_;
  Table table_;
  bool key_updates_ = false;
  bool in_transaction_ = false;
  std::vector<std::string> made_;
  std::vector<Statement> script_;
};

}  // namespace

std::vector<Statement> RandomCase(std::uint64_t seed, Charset charset) {
  return Author(seed, charset).Write();
}

}  // namespace capture_test
