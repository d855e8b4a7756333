#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/ownership/mail.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace pramana::ownership {

/// One header field as it stands; all views are into the mail.
struct MailField {
    std::string_view name;   ///< without white space before the colon
    std::string_view head;   ///< name and colon, as sent
    std::string_view value;  ///< from behind the colon on, folds included, without the line's end
};

/// A mail taken apart, nothing copied.
struct RawMail {
    std::vector<MailField> fields;
    std::string_view body;
    /// Fields of this name, in any case.
    [[nodiscard]] std::size_t count(std::string_view name) const;
    /// The first one; nullptr: there is none.
    [[nodiscard]] const MailField* field(std::string_view name) const;
};

/// A mail, or the sentence that says why it is none: a literal, nothing of the mail.
struct MailReading {
    std::optional<RawMail> mail;
    std::string_view problem;
};

/// Splits by RFC 5322 section 2, strictly: one kind of line end throughout, no bare CR, no NUL, a
/// name of printable characters before each colon; within the bounds of mail.hpp.
[[nodiscard]] MailReading read_mail(ByteView bytes);

/// Why its fields contradict each other, a literal; empty: From, To, Subject and Date stand there
/// once, the others that may stand once do not stand twice (RFC 5322 section 3.6).
[[nodiscard]] std::string_view contradiction_in(const RawMail& mail);

/// Whether two names are the same but for the case of ASCII letters.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// The domain of the one address of a From field: a mailbox with or without a display name. Empty:
/// several addresses, a group, a comment, a route, or no domain name. A view into the field.
[[nodiscard]] std::string_view domain_of_sender(std::string_view value) noexcept;

/// Whether the field's value, unfolded and without the white space around it, is `text`.
[[nodiscard]] bool value_is(std::string_view value, std::string_view text) noexcept;

}  // namespace pramana::ownership
