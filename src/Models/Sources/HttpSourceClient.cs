using System.Net;
using System.Net.Http.Headers;

namespace LlmOperator.Models.Sources;

/// <summary>A file at an address: its size and ETag from a request for one byte, which signed addresses allow too.</summary>
internal sealed class HttpSourceClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
{
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

        IReadOnlyDictionary<string, string> headers = SourceTokens.HeadersFor(
            source.Url,
            credentials,
            settings
        );
        using HttpResponseMessage response = await http.SendAsync(
            new GuardedRequest(HttpMethod.Get, source.Url)
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
            _ => throw SourceAnswers.Error(response, $"file '{source.Url.AbsolutePath}'", time),
        };
        if (size is not > 0)
        {
            throw SourceAnswers.Invalid(response, "does not say how large the file is");
        }

        return new ResolvedModel
        {
            Digest = source.Sha256,
            SizeBytes = size.Value,
            Files =
            [
                new ResolvedFile
                {
                    Role = ResolvedFileRole.Weights,
                    Digest = source.Sha256,
                    SizeBytes = size.Value,
                    Url = source.Url,
                    Headers = headers,
                },
            ],
            Revision = response.Headers.ETag?.Tag.Trim('"') ?? "",
            DisplayName = source.DisplayName,
        };
    }
}
