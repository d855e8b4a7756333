#include "head.hpp"
#include "pramana/core/check.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace http = boost::beast::http;

// What our check lets through, the parser behind it reads the same way: one length, or chunks,
// never both.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view received = pramana::as_text({bytes, size});
    const std::size_t length = pramana::http::head_length(received);
    if (length == 0 || length > pramana::http::kHeadBytesMax) return 0;
    const std::string_view head = received.substr(0, length);
    if (!pramana::http::check_head(head)) return 0;
    http::request_parser<http::buffer_body> parser;
    parser.eager(false);
    parser.header_limit(static_cast<std::uint32_t>(pramana::http::kHeadBytesMax));
    parser.body_limit(boost::none);
    boost::system::error_code failed;
    const std::size_t used =
        parser.put(boost::asio::const_buffer{head.data(), head.size()}, failed);
    if (failed || !parser.is_header_done()) return 0;
    PRAMANA_CHECK(used == head.size());
    PRAMANA_CHECK(!(parser.chunked() && parser.content_length()));
    pramana::http::Request request;
    const auto target = parser.get().target();
    if (pramana::http::read_target({target.data(), target.size()}, request))
        PRAMANA_CHECK(request.path.find('?') == std::string::npos);
    return 0;
}
