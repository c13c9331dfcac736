#include "pg/series.h"

#include <utility>

#include "base/error.h"

namespace pg {

std::vector<ResultPtr> ExecSeries(Connection& connection, const std::string& sql,
                                  const OnCopy& on_copy) {
  PGconn* session = connection.native();
  if (PQsendQuery(session, sql.c_str()) == 0) ThrowFailure(connection, nullptr);
  std::vector<ResultPtr> answers;
  ResultPtr failed;
  while (ResultPtr answer{PQgetResult(session)}) {
    if (PQresultStatus(answer.get()) == PGRES_COPY_IN) {
      CopyIn copy(connection, answer);
      if (!on_copy) throw base::Error("a COPY from stdin without data");
      on_copy(answers.size(), copy);
      answer = copy.End();
      if (!answer) ThrowFailure(connection, nullptr);
    }
    if (IsFailure(answer.get()))
      failed = std::move(answer);
    else
      answers.push_back(std::move(answer));
  }
  if (failed || answers.empty()) ThrowFailure(connection, failed.get());
  return answers;
}

}  // namespace pg
