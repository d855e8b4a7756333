#include "exports_support/samples.hpp"

#include <algorithm>

namespace pramana::exports {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kBeginUs = 1'609'495'200 * kSecond;  // 2021-01-01 10:00 UTC
constexpr std::int64_t kSnowflakeEpochMs = 1'288'834'974'657;

std::string snowflake(std::int64_t unix_us, Random& random) {
    const std::int64_t ms = unix_us / 1000 - kSnowflakeEpochMs;
    return std::to_string(ms << 22 | static_cast<std::int64_t>(random.below(1U << 22U)));
}

std::string base36(std::uint64_t value) {
    std::string out;
    for (; value > 0; value /= 36) out += "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36];
    return {out.rbegin(), out.rend()};
}

/// "2021-01-01 10:00:00 UTC"
std::string reddit_time(std::int64_t unix_us) {
    std::string text = iso_time(unix_us, 0);
    text[10] = ' ';
    return text.substr(0, 19) + " UTC";
}

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + '"';
}

std::string row(const std::vector<std::string>& cells) {
    std::string out;
    for (const std::string& text : cells) out += (out.empty() ? "" : ",") + cell(text);
    return out + "\n";
}

}  // namespace

XArchive XArchive::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    XArchive out;
    out.account = out.manifest_account = std::to_string(100'000'000 + random.below(900'000'000));
    out.other = std::to_string(100'000'000 + random.below(900'000'000));
    out.talk = std::min(out.account, out.other) + "-" + std::max(out.account, out.other);
    out.created_us = kBeginUs - 86'400 * 365 * kSecond;
    std::int64_t at = kBeginUs;
    for (std::size_t i = 0; i < count; ++i) {
        at += static_cast<std::int64_t>(60 + random.below(200'000)) * kSecond +
              static_cast<std::int64_t>(random.below(1000)) * 1000;
        Tweet tweet;
        tweet.id = tweet.other_id = snowflake(at, random);
        tweet.time = ctime_of(at);
        tweet.text = random.paragraph(1 + random.below(2));
        if (i % 5 == 0) tweet.text += " #" + (tweet.tag = "weather");
        if (i % 7 == 0) tweet.text = "@" + (tweet.mention = "somebody") + " " + tweet.text;
        if (i % 11 == 10) tweet.text = "RT @other: " + tweet.text;
        tweet.end = static_cast<std::int64_t>(tweet.text.size());
        out.tweets.push_back(std::move(tweet));
    }
    for (std::size_t i = 0; i < 10; ++i) {
        at += static_cast<std::int64_t>(30 + random.below(1000)) * kSecond + 250'000;
        const bool own = random.below(2) == 0;
        out.messages.push_back({snowflake(at, random), own ? out.account : out.other,
                                own ? out.other : out.account, random.paragraph(2),
                                iso_time(at, 3)});
    }
    out.generated_us = at + 86'400 * kSecond;
    out.stated = count;
    std::reverse(out.tweets.begin(), out.tweets.end());
    return out;
}

std::string XArchive::tweets_js() const {
    std::string all;
    for (const Tweet& t : tweets) {
        const std::string tags =
            t.tag.empty() ? "" : "{\"text\":" + quoted(t.tag) + ",\"indices\":[\"0\",\"5\"]}";
        const std::string mentions =
            t.mention.empty() ? "" : "{\"screen_name\":" + quoted(t.mention) + ",\"id_str\":\"1\"}";
        all += (all.empty() ? "" : ",\n") +
               std::string{"{\"tweet\":{\"retweeted\":false,\"entities\":{\"hashtags\":["} + tags +
               "],\"symbols\":[],\"user_mentions\":[" + mentions +
               "],\"urls\":[]},\"display_text_range\":[\"0\",\"" + std::to_string(t.end) +
               "\"],\"favorite_count\":\"1\",\"id_str\":" + quoted(t.id) +
               ",\"truncated\":false,\"retweet_count\":\"0\",\"id\":" + quoted(t.other_id) +
               ",\"created_at\":" + quoted(t.time) +
               ",\"favorited\":false,\"full_text\":" + quoted(t.text) + ",\"lang\":\"en\"}}";
    }
    return "window.YTD.tweets.part0 = [" + all + "]\n";
}

Files XArchive::files() const {
    std::string all;
    for (const Message& m : messages)
        all += (all.empty() ? "" : ",") + std::string{"{\"messageCreate\":{\"recipientId\":"} +
               quoted(m.recipient) + ",\"reactions\":[],\"urls\":[],\"text\":" + quoted(m.text) +
               ",\"mediaUrls\":[],\"senderId\":" + quoted(m.sender) + ",\"id\":" + quoted(m.id) +
               ",\"createdAt\":" + quoted(m.time) + "}}";
    const std::string manifest =
        "window.__THAR_CONFIG = {\"userInfo\":{\"accountId\":" + quoted(manifest_account) +
        ",\"userName\":\"somebody\"},\"archiveInfo\":{\"sizeBytes\":\"1\",\"generationDate\":" +
        quoted(iso_time(generated_us, 3)) +
        ",\"isPartialArchive\":false},\"dataTypes\":{\"tweets\":{\"files\":[{\"fileName\":"
        "\"data/tweets.js\",\"globalName\":\"YTD.tweets.part0\",\"count\":\"" +
        std::to_string(stated) +
        "\"}]},\"directMessages\":{\"files\":[{\"fileName\":\"data/direct-messages.js\","
        "\"count\":\"1\"}]}}}";
    return {{"data/tweets.js", tweets_js()},
            {"data/manifest.js", manifest},
            {"data/account.js",
             "window.YTD.account.part0 = [{\"account\":{\"email\":\"somebody@example.org\","
             "\"username\":\"somebody\",\"accountId\":" +
                 quoted(account) + ",\"createdAt\":" + quoted(iso_time(created_us, 3)) +
                 ",\"accountDisplayName\":\"Some Body\"}}]"},
            {"data/direct-messages.js",
             "window.YTD.direct_messages.part0 = [{\"dmConversation\":{\"conversationId\":" +
                 quoted(talk) + ",\"messages\":[" + all + "]}}]"},
            {"data/like.js", "window.YTD.like.part0 = [{\"like\":{\"tweetId\":\"1\"}}]"},
            {"Your archive.html", "<!DOCTYPE html><html><body>viewer</body></html>"}};
}

RedditExport RedditExport::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    RedditExport out;
    std::uint64_t id = 36ULL * 36 * 36 * 36 * 36 * 20;
    std::int64_t at = kBeginUs;
    const std::string subreddits[] = {"gardening", "books", "bicycling", "cooking"};
    for (std::size_t i = 0; i < count; ++i) {
        id += 1 + random.below(90'000);
        at += static_cast<std::int64_t>(60 + random.below(90'000)) * kSecond;
        Comment c;
        c.id = base36(id);
        c.subreddit = subreddits[random.below(4)];
        const std::string post = base36(id / 40);
        c.link = "https://www.reddit.com/r/" + c.subreddit + "/comments/" + post + "/a_title/";
        c.permalink = c.link + c.id + "/";
        c.date = reddit_time(at);
        if (i % 3 == 0) c.parent = base36(id - 1 - random.below(1000));
        c.body = random.paragraph(1 + random.below(4));
        if (i % 4 == 0) c.body += "\n\nHe said \"" + random.sentence() + "\", and left.";
        out.header_ids.push_back(c.id);
        out.comments.push_back(std::move(c));
    }
    for (std::size_t i = 0; i < 8; ++i) {
        const std::string post = base36(36ULL * 36 * 36 * 36 * 36 + i * 5000);
        const std::string& where = subreddits[i % 4];
        out.posts.push_back(
            {post, "https://www.reddit.com/r/" + where + "/comments/" + post + "/a_title/",
             reddit_time(kBeginUs + static_cast<std::int64_t>(i) * 86'400 * kSecond), where,
             random.sentence(), "", random.paragraph(3)});
    }
    return out;
}

std::string RedditExport::comments_csv() const {
    std::string out = "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n";
    for (const Comment& c : comments)
        out += row({c.id, c.permalink, c.date, "", c.subreddit, "0", c.link, c.parent, c.body, ""});
    return out;
}

Files RedditExport::files() const {
    std::string posted = "id,permalink,date,ip,subreddit,gildings,title,url,body\n";
    for (const Post& p : posts)
        posted += row({p.id, p.permalink, p.date, "", p.subreddit, "0", p.title, p.url, p.body});
    std::string headers = "id,permalink,date,ip,subreddit,gildings,link,parent\n";
    for (const std::string& id : header_ids) headers += row({id, "", "", "", "", "0", "", ""});
    return {{"comments.csv", comments_csv()},
            {"posts.csv", posted},
            {"comment_headers.csv", headers},
            {"statistics.csv", "statistic,value\naccount name,somebody\n"}};
}

}  // namespace pramana::exports
