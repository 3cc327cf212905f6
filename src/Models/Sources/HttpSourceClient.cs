using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Sources;

/// <summary>
/// A file at an address: its size and ETag from a request for one byte, which signed addresses allow too. Of a part of
/// a split model all parts, which lie beside it under the names that the engine gives them.
/// </summary>
internal sealed class HttpSourceClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
{
    // The largest public models come in some hundred parts; a name must not cause requests without end.
    private const int MostParts = 1024;

    private const int AskedAtOnce = 8;

    public async Task<ResolvedModel> ResolveAsync(
        HttpSource source,
        SourceCredentials? credentials,
        CancellationToken cancellationToken
    )
    {
        if (!source.Url.IsAbsoluteUri)
        {
            throw new ModelSourceException(ModelSourceFailure.Invalid, "http.url must be a whole address.");
        }

        IReadOnlyList<Uri> urls = PartsOf(source.Url);
        IReadOnlyDictionary<string, string> headers = SourceTokens.HeadersFor(
            source.Url,
            credentials,
            settings
        );
        (ResolvedFile File, string EntityTag)[] parts = new (ResolvedFile, string)[urls.Count];
        await Parallel.ForAsync(
            0,
            urls.Count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = AskedAtOnce,
                CancellationToken = cancellationToken,
            },
            async (i, token) =>
            {
                string what =
                    urls.Count == 1
                        ? $"file '{urls[i].AbsolutePath}'"
                        : $"part {i + 1} of {urls.Count}, '{urls[i].AbsolutePath}'";
                (long size, string tag) = await AskAsync(urls[i], headers, what, token);
                parts[i] = (
                    new ResolvedFile
                    {
                        Role = ResolvedFileRole.Weights,
                        // Stated of the file that was named; what the others should be nobody says.
                        Digest = urls[i] == source.Url ? source.Sha256 : null,
                        SizeBytes = size,
                        Url = urls[i],
                        Headers = headers,
                    },
                    tag
                );
            }
        );
        return new ResolvedModel
        {
            Digest = parts[0].File.Digest,
            SizeBytes = parts.Sum(part => part.File.SizeBytes),
            Files = [.. parts.Select(part => part.File)],
            Revision = RevisionOf([.. parts.Select(part => part.EntityTag)]),
            DisplayName = source.DisplayName,
        };
    }

    private static IReadOnlyList<Uri> PartsOf(Uri url)
    {
        if (!GgufSplitName.TryParse(url.AbsolutePath, out GgufSplitName? named))
        {
            return [url];
        }

        if (named.Count > MostParts)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"http.url names a part of {named.Count}; at most {MostParts} are read from an address."
            );
        }

        // The query may be a signature of one part; a server that insists then says which part it refuses.
        Uri folder = new(url.GetLeftPart(UriPartial.Authority));
        return
        [
            .. named.All().Select(path => path == url.AbsolutePath ? url : new Uri(folder, path + url.Query)),
        ];
    }

    private async Task<(long SizeBytes, string EntityTag)> AskAsync(
        Uri url,
        IReadOnlyDictionary<string, string> headers,
        string what,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await http.SendAsync(
            new GuardedRequest(HttpMethod.Get, url)
            {
                HostHeaders = headers,
                Range = new RangeHeaderValue(0, 0),
            },
            cancellationToken
        );
        long? size = response.StatusCode switch
        {
            HttpStatusCode.PartialContent => response.Content.Headers.ContentRange?.Length,
            HttpStatusCode.OK => response.Content.Headers.ContentLength,
            _ => throw SourceAnswers.Error(response, what, time),
        };
        return size is > 0
            ? (size.Value, response.Headers.ETag?.Tag.Trim('"') ?? "")
            : throw SourceAnswers.Invalid(response, $"does not say how large {what} is");
    }

    // One revision stands for all parts: it changes when any of them does.
    private static string RevisionOf(IReadOnlyList<string> tags) =>
        tags.Count == 1 ? tags[0]
        : tags.Any(tag => tag.Length == 0) ? ""
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', tags))));
}
