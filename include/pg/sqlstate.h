// SQLSTATEs by the names that PostgreSQL gives them: appendix A of its manual, "PostgreSQL Error
// Codes".
#pragma once

namespace pg::sqlstate {

// Classes, and parts of classes: what a code begins with.
inline constexpr char kClassConnectionException[] = "08";
inline constexpr char kClassInvalidTransactionStateOfServer[] = "25P";
inline constexpr char kClassTransactionRollback[] = "40";
inline constexpr char kClassShutdown[] = "57P";  // admin_shutdown and its neighbours

inline constexpr char kFeatureNotSupported[] = "0A000";
inline constexpr char kCharacterNotInRepertoire[] = "22021";
inline constexpr char kUntranslatableCharacter[] = "22P05";
inline constexpr char kReadOnlySqlTransaction[] = "25006";
inline constexpr char kInvalidSqlStatementName[] = "26000";
inline constexpr char kInvalidAuthorizationSpecification[] = "28000";
inline constexpr char kInvalidPassword[] = "28P01";
inline constexpr char kInvalidCatalogName[] = "3D000";  // of a database
inline constexpr char kInvalidSchemaName[] = "3F000";
inline constexpr char kTransactionRollback[] = "40000";
inline constexpr char kSerializationFailure[] = "40001";
inline constexpr char kStatementCompletionUnknown[] = "40003";
inline constexpr char kDeadlockDetected[] = "40P01";
inline constexpr char kInsufficientPrivilege[] = "42501";
inline constexpr char kUndefinedColumn[] = "42703";
inline constexpr char kUndefinedObject[] = "42704";
inline constexpr char kDuplicateObject[] = "42710";
inline constexpr char kUndefinedFunction[] = "42883";
inline constexpr char kUndefinedTable[] = "42P01";
inline constexpr char kDuplicateTable[] = "42P07";
inline constexpr char kDiskFull[] = "53100";
inline constexpr char kOutOfMemory[] = "53200";
inline constexpr char kTooManyConnections[] = "53300";
inline constexpr char kObjectNotInPrerequisiteState[] = "55000";
inline constexpr char kObjectInUse[] = "55006";
inline constexpr char kLockNotAvailable[] = "55P03";
inline constexpr char kQueryCanceled[] = "57014";
inline constexpr char kAdminShutdown[] = "57P01";
inline constexpr char kCrashShutdown[] = "57P02";
inline constexpr char kCannotConnectNow[] = "57P03";
inline constexpr char kDatabaseDropped[] = "57P04";
inline constexpr char kIdleSessionTimeout[] = "57P05";
inline constexpr char kNoDataFound[] = "P0002";
inline constexpr char kInternalError[] = "XX000";

}  // namespace pg::sqlstate
