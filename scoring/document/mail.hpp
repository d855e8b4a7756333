#pragma once

#include "pramana/scoring/document.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace pramana::scoring {

/// A mail as it stands: header fields and body. Borrows the text.
class Mail {
  public:
    explicit Mail(std::string_view text);
    /// The first field of this name, its folded lines as they stand; nothing if there is none.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
    /// Each field of this name, in order.
    void each_field(std::string_view name,
                    const std::function<void(std::string_view)>& visit) const;
    [[nodiscard]] std::string_view body() const noexcept { return body_; }

  private:
    std::string_view header_, body_;
};

/// A header field for people: unfolded, encoded words (RFC 2047) resolved where they are UTF-8,
/// US-ASCII, ISO 8859-1 or Windows-1252.
[[nodiscard]] SecretText decode_field(std::string_view value);

/// The text of a mail: its text/plain parts, without one its text/html parts as text, in order.
/// Quoted-printable and base64 are decoded, charsets as above. Attachments and other parts are
/// counted in `notes`; so are encodings that are not read. At most 8 multiparts deep.
[[nodiscard]] SecretText text_of_mail(const Mail& mail, Notes& notes);

}  // namespace pramana::scoring
