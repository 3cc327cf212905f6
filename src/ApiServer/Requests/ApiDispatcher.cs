using System.Security.Cryptography;
using System.Text;
using LlmOperator.ApiServer.Discovery;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer.Requests;

/// <summary>The one entry of all requests: authenticates, finds the kind, and calls the handler of the verb.</summary>
internal sealed partial class ApiDispatcher(
    ResourceRegistry registry,
    ApiHandlers handlers,
    string token,
    ILogger logger
)
{
    private readonly byte[] _tokenHash = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await DispatchAsync(http);
        }
        catch (ApiException e)
        {
            await FailAsync(http, e);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(http, new ApiException(e.StatusCode, "BadRequest", e.Message));
        }
        // The border of a request: whatever a handler did not foresee is answered as 500, and logged.
        catch (Exception e)
        {
            LogFailed(logger, http.Request.Method, http.Request.Path, e);
            await FailAsync(http, ApiErrors.Internal(e.Message));
        }
    }

    private static async Task FailAsync(HttpContext http, ApiException error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        await ApiResponse.WriteErrorAsync(http, error);
    }

    private async Task DispatchAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path is "/healthz" or "/livez" or "/readyz")
        {
            await ApiResponse.WriteTextAsync(http, 200, "ok");
            return;
        }
        if (path == "/version")
        {
            await ApiResponse.WriteAsync(http, 200, VersionDocument.Create());
            return;
        }
        if (!IsAuthenticated(http.Request))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            throw ApiErrors.Unauthorized();
        }
        if (await handlers.Documents.TryHandleAsync(http, path))
        {
            return;
        }
        var parsed = ApiPath.Parse(path) ?? throw ApiErrors.UnknownPath();
        var type =
            registry.Find(parsed.Group, parsed.Version, parsed.Plural) ?? throw ApiErrors.UnknownPath();
        CheckScope(parsed, type);
        await HandleAsync(new ApiRequest(http, parsed, type));
    }

    private static void CheckScope(ApiPath path, ResourceType type)
    {
        var hasNamespace = path.Namespace.Length > 0;
        var needsNamespace = type.Namespaced && path.Name.Length > 0;
        if ((hasNamespace && !type.Namespaced) || (needsNamespace && !hasNamespace))
        {
            throw ApiErrors.UnknownPath();
        }
        var known = path.Subresource switch
        {
            "" => true,
            "status" => type.HasStatus,
            "scale" => type.Scale is not null,
            "finalize" => type.Plural == "namespaces" && type.Group.Length == 0,
            _ => false,
        };
        if (!known)
        {
            throw ApiErrors.UnknownPath();
        }
    }

    private Task HandleAsync(ApiRequest request)
    {
        var method = request.Http.Request.Method;
        if (request.Name.Length == 0)
        {
            return method switch
            {
                "GET" or "HEAD" when request.QueryFlag("watch") => handlers.Watch.HandleAsync(request),
                "GET" or "HEAD" => handlers.List.HandleAsync(request),
                "POST" when request.Type.Namespaced && request.Namespace.Length == 0 =>
                    throw ApiErrors.MethodNotAllowed(),
                "POST" => handlers.Write.CreateAsync(request),
                "DELETE" => handlers.Delete.DeleteCollectionAsync(request),
                _ => throw ApiErrors.MethodNotAllowed(),
            };
        }
        return method switch
        {
            "GET" or "HEAD" => handlers.Read.HandleAsync(request),
            "PUT" => handlers.Write.UpdateAsync(request),
            "PATCH" => handlers.Patch.HandleAsync(request),
            "DELETE" when request.Subresource.Length == 0 => handlers.Delete.DeleteAsync(request),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private bool IsAuthenticated(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        const string Scheme = "Bearer ";
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        return CryptographicOperations.FixedTimeEquals(given, _tokenHash);
    }
}
