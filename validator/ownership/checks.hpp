#pragma once

#include "pramana/attest/verdict.hpp"

#include <array>

/// What is examined of external evidence, in this order (docs/ownership.md).
namespace pramana::ownership {

using attest::Check;

namespace statement_checks {

inline constexpr Check kFormat{"ownership.statement.format",
                               "It is a statement of a witness in its one canonical form.",
                               "Take the text as the witness wrote it, without a byte more."};
inline constexpr Check kSignature{"ownership.statement.signature", "A key signed it.",
                                  "Ask the witness for a statement with its signature."};
inline constexpr Check kWitness{
    "ownership.statement.witness", "The signer is a witness that the ruleset believes.",
    "Ask one of the ruleset's witnesses; a statement that was altered fails here too."};
inline constexpr Check kChain{"ownership.statement.chain", "It was made for this chain.",
                              "Ask the witness for a statement for this chain."};
inline constexpr Check kPool{"ownership.statement.pool", "It was made for this DLP.",
                             "Ask the witness for a statement for this DLP."};
inline constexpr Check kContributor{"ownership.statement.contributor",
                                    "It speaks of the wallet that contributes.",
                                    "Contribute from the wallet that the witness was shown."};
inline constexpr Check kFile{"ownership.statement.file", "It speaks of this very sealed file.",
                             "Show the witness the file as it is uploaded; sealed anew it is "
                             "another one."};
inline constexpr Check kContent{"ownership.statement.content",
                                "The opened file is the one that the witness had.",
                                "Contribute the file that the witness got from the provider, with "
                                "the salt that the witness gave."};
inline constexpr Check kProvider{"ownership.statement.provider",
                                 "The provider is one that the ruleset takes.",
                                 "Look in the ruleset for the providers that count."};
inline constexpr Check kMethod{"ownership.statement.method",
                               "The witness learned it in a way that the ruleset takes.",
                               "Ask the witness to look in another way."};
inline constexpr Check kIssued{"ownership.statement.issued",
                               "It was made not long ago, and not in the future.",
                               "Ask the witness for a new statement."};
inline constexpr Check kExpires{"ownership.statement.expires", "It is still valid.",
                                "Ask the witness for a new statement."};

inline constexpr std::array kTable = {kFormat,   kSignature,   kWitness, kChain,
                                      kPool,     kContributor, kFile,    kContent,
                                      kProvider, kMethod,      kIssued,  kExpires};

}  // namespace statement_checks

namespace mail_checks {

inline constexpr Check kRecordFormat{
    "ownership.key_record.format", "There is a key record of a witness in its one canonical form.",
    "Take the text as the witness wrote it, without a byte more."};
inline constexpr Check kRecordWitness{
    "ownership.key_record.witness", "The record is signed by a witness that the rules believe.",
    "Ask one of the rules' witnesses; a record that was altered fails here too."};
inline constexpr Check kRecordTimes{"ownership.key_record.times",
                                    "The record was read not long ago, and may still be used.",
                                    "Ask the witness to read the record again: a key that is no "
                                    "longer published proves nothing."};
inline constexpr Check kRecordKey{"ownership.key_record.key",
                                  "The record has a key that may be relied upon.",
                                  "The provider's key is of no use here; what was found says why."};
inline constexpr Check kRecordStrength{"ownership.key_record.strength",
                                       "The key is as long as the rules want.",
                                       "The provider has to publish a longer key."};
inline constexpr Check kFormat{"ownership.mail.format", "It is a mail as it was delivered.",
                               "Save the original mail (\"show original\", .eml); a forwarded, "
                               "printed or copied one does not count."};
inline constexpr Check kFields{"ownership.mail.fields",
                               "Each of its header fields means one thing.",
                               "Save the original mail; nothing may be added to its header."};
inline constexpr Check kSignatureField{
    "ownership.mail.signature_field",
    "It has a signature of the record's domain and selector that can be relied upon.",
    "Get the key record of the domain and selector that the mail's DKIM-Signature names."};
inline constexpr Check kSigned{"ownership.mail.signed",
                               "The signature covers From, To, Subject and Date.",
                               "The provider signs too little; its mails cannot be used."};
inline constexpr Check kDomain{"ownership.mail.domain",
                               "The signing domain is one that the rules take.",
                               "Use a mail that the provider itself signed."};
inline constexpr Check kSender{"ownership.mail.sender",
                               "The sender's address is in the signing domain.",
                               "Use a mail that the provider itself sent."};
inline constexpr Check kSubject{"ownership.mail.subject",
                                "The subject is that of a mail about an export.",
                                "Use the mail that announces the export."};
inline constexpr Check kTime{"ownership.mail.time",
                             "It was signed not long ago, and the signature has not expired.",
                             "Ask the provider for a new export."};
inline constexpr Check kBody{"ownership.mail.body", "The body is the one that was signed.",
                             "Save the original mail; a mail list or scanner may have changed it."};
inline constexpr Check kSignature{"ownership.mail.signature",
                                  "The signature is one of the record's key over this header.",
                                  "Save the original mail; a header that was changed fails here."};

inline constexpr std::array kTable = {
    kRecordFormat, kRecordWitness, kRecordTimes,    kRecordKey, kRecordStrength,
    kFormat,       kFields,        kSignatureField, kSigned,    kDomain,
    kSender,       kSubject,       kTime,           kBody,      kSignature};

}  // namespace mail_checks

}  // namespace pramana::ownership
