#pragma once

#include "pramana/core/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Made-up exports in the forms that the services write, the same for the same seed. Each is a
/// model that a test may change before it is written: so are forgeries made. Nobody's data.
namespace pramana::exports {

/// splitmix64 (Vigna 2015).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_{seed} {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    std::string uuid();  ///< version 4
    std::string sentence();
    std::string paragraph(std::size_t sentences);

  private:
    std::uint64_t state_;
};

using Files = std::vector<std::pair<std::string, std::string>>;  ///< name, content
[[nodiscard]] Bytes zip_of(const Files& files);
[[nodiscard]] Bytes tar_of(const Files& files);  ///< POSIX ustar
[[nodiscard]] Bytes gzip_of(std::string_view content);

/// JSON text of a string.
[[nodiscard]] std::string quoted(std::string_view text);
/// "2024-03-12T15:04:05.123456Z" with so many digits of a second.
[[nodiscard]] std::string iso_time(std::int64_t unix_us, int digits);
/// "Wed Oct 10 20:19:24 +0000 2018"
[[nodiscard]] std::string ctime_of(std::int64_t unix_us);

struct ChatGptExport {
    struct Node {
        std::string id, parent;  ///< no parent: the root
        std::vector<std::string> children;
        std::string role, text, message_id;
        std::int64_t time_us = 0;  ///< 0: null
    };
    struct Conversation {
        std::string id, other_id, title, current;
        std::int64_t begin_us = 0, end_us = 0;
        std::vector<Node> nodes;
        std::string more;  ///< members that other conversations have not: ",\"key\":1"
    };
    std::vector<Conversation> conversations;
    std::vector<std::string> rated;  ///< conversation ids in message_feedback.json
    static ChatGptExport make(std::uint64_t seed, std::size_t conversations = 6);
    [[nodiscard]] std::string json() const;
    [[nodiscard]] Files files() const;
};

struct ClaudeExport {
    struct Message {
        std::string id, parent, sender, text, block;
        std::int64_t time_us = 0;
        std::string time;  ///< written instead of time_us
    };
    struct Conversation {
        std::string id, account;
        std::int64_t begin_us = 0, end_us = 0;
        std::vector<Message> messages;
    };
    std::string user;
    std::vector<Conversation> conversations;
    static ClaudeExport make(std::uint64_t seed, std::size_t conversations = 6);
    [[nodiscard]] std::string json() const;
    [[nodiscard]] Files files() const;
};

struct XArchive {
    struct Tweet {
        std::string id, other_id, text, tag, mention, time;  ///< time: as it is written
        std::int64_t end = 0;                                ///< of the display range
    };
    struct Message {
        std::string id, sender, recipient, text, time;
    };
    std::string account, manifest_account, other, talk;
    std::int64_t created_us = 0, generated_us = 0;
    std::size_t stated = 0;
    std::vector<Tweet> tweets;
    std::vector<Message> messages;
    static XArchive make(std::uint64_t seed, std::size_t tweets = 60);
    [[nodiscard]] std::string tweets_js() const;
    [[nodiscard]] Files files() const;
};

struct RedditExport {
    struct Comment {
        std::string id, permalink, date, subreddit, link, parent, body;
    };
    struct Post {
        std::string id, permalink, date, subreddit, title, url, body;
    };
    std::vector<Comment> comments;
    std::vector<Post> posts;
    std::vector<std::string> header_ids;  ///< of comment_headers.csv
    static RedditExport make(std::uint64_t seed, std::size_t comments = 60);
    [[nodiscard]] std::string comments_csv() const;
    [[nodiscard]] Files files() const;
};

struct GoogleActivity {
    struct Entry {
        std::string header, title, url, time, product;
    };
    std::vector<Entry> entries;
    static GoogleActivity make(std::uint64_t seed, std::size_t entries = 80);
    [[nodiscard]] std::string json() const;
};

struct Mailbox {
    struct Mail {
        std::string from, date, id, thread, subject, body;
        std::string from_number, from_time, received;
        int form = 0;  ///< 0: plain, 1: quoted-printable, 2: base64 in a multipart, 3: HTML
    };
    std::vector<Mail> mails;
    static Mailbox make(std::uint64_t seed, std::size_t mails = 24);
    [[nodiscard]] std::string mbox() const;
};

struct WhatsAppChat {
    struct Line {
        std::string stamp, sender, text;  ///< no sender: of the service
    };
    std::vector<Line> lines;
    static WhatsAppChat make(std::uint64_t seed, std::size_t lines = 80);
    [[nodiscard]] std::string text() const;
};

struct BrowsingHistory {
    struct Visit {
        std::string title, url, transition, client;
        std::int64_t time_us = 0;
    };
    std::vector<Visit> visits;
    static BrowsingHistory make(std::uint64_t seed, std::size_t visits = 80);
    [[nodiscard]] std::string json() const;
    [[nodiscard]] std::string csv() const;
};

}  // namespace pramana::exports
