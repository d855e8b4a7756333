#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "pramana/net/ip_address.hpp"
#include "pramana/net/url.hpp"

// What is read writes itself, and is read the same again; a literal host is an address; no redirect
// leads to a URL that parse_url would refuse.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    const std::string_view text = as_text({bytes, size});
    if (const Result<net::Url> url = net::parse_url(text)) {
        const Result<net::Url> again = net::parse_url(url->text());
        PRAMANA_CHECK(again.has_value() && again->text() == url->text() &&
                      again->host == url->host);
        PRAMANA_CHECK(url->port != 0 && url->target.starts_with('/'));
        PRAMANA_CHECK(url->ip_literal == net::parse_ip_address(url->host).has_value());
    }
    const Result<net::Url> base = net::parse_url("https://example.org:8443/a/b?q");
    PRAMANA_CHECK(base.has_value());
    if (const Result<net::Url> target = net::resolve_location(*base, text))
        PRAMANA_CHECK(net::parse_url(target->text()).has_value());
    return 0;
}
