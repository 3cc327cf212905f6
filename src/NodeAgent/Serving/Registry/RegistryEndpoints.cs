using System.Text.Json.Nodes;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Oci;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>The Ollama registry protocol and the OCI pull protocol, read only, over a model store. Authentication is the caller's.</summary>
internal static class RegistryEndpoints
{
    private const string DigestHeader = "Docker-Content-Digest";
    private static readonly string[] s_reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Serves the store under <c>/v2/</c>: manifests and tags by name, files by digest under any name.</summary>
    public static void MapRegistry(this IEndpointRouteBuilder endpoints, ModelStore store)
    {
        OfferedModels models = new(store);
        endpoints.MapMethods("/v2/", s_reading, AnswerVersionAsync);
        endpoints.MapMethods(
            "/v2/{namespace}/{model}/manifests/{tag}",
            s_reading,
            (HttpContext context) => Manifest(context, models).ExecuteAsync(context)
        );
        endpoints.MapMethods(
            "/v2/{namespace}/{model}/tags/list",
            s_reading,
            (HttpContext context) => Tags(context, models).ExecuteAsync(context)
        );
        endpoints.MapMethods(
            "/v2/{namespace}/{model}/blobs/{digest}",
            s_reading,
            (HttpContext context) => Blob(context, models).ExecuteAsync(context)
        );
    }

    private static Task AnswerVersionAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        return Results.Text("{}", "application/json").ExecuteAsync(context);
    }

    // By tag, or by the digest of a manifest that was answered for one before.
    private static IResult Manifest(HttpContext context, OfferedModels models)
    {
        string? tag = Value(context, "tag");
        if (tag?.Contains(':') == true && ModelDigest.TryParse(tag, out ModelDigest digest))
        {
            return NameOf(context, "latest") is not { } repository ? InvalidName()
                : models.ManifestOf(repository, digest) is { } known ? Manifest(context, known)
                : UnknownManifest($"There is no manifest {digest} of '{PathOf(repository)}' here.");
        }

        if (NameOf(context, tag) is not { } name)
        {
            return InvalidName();
        }

        if (models.Find(name) is not { } model)
        {
            return UnknownManifest($"There is no model '{name}' here.");
        }

        return ServedManifest.For(model, context.Request.Headers.Accept.ToString()) is { } manifest
            ? Manifest(context, manifest)
            : UnknownManifest(
                $"The model '{name}' has its weights in {model.Weights.Count()} files, which Ollama cannot read; ask for {OciTypes.Manifest}."
            );
    }

    private static IResult Manifest(HttpContext context, ServedManifest manifest)
    {
        context.Response.Headers[DigestHeader] = manifest.Digest.ToString();
        return Results.Bytes(manifest.Content, manifest.MediaType, entityTag: TagOf(manifest.Digest));
    }

    // {"name":"team/demo","tags":["latest","v1"]}
    private static IResult Tags(HttpContext context, OfferedModels models)
    {
        if (NameOf(context, "latest") is not { } name)
        {
            return InvalidName();
        }

        JsonNode?[] tags =
        [
            .. models
                .TagsOf(name)
                .Select(model => JsonValue.Create(model.Name[(model.Name.LastIndexOf(':') + 1)..])),
        ];
        return tags.Length == 0
            ? RegistryError.Of(
                StatusCodes.Status404NotFound,
                "NAME_UNKNOWN",
                $"There is no model '{PathOf(name)}' here."
            )
            : Results.Text(
                new JsonObject { ["name"] = PathOf(name), ["tags"] = new JsonArray(tags) }.ToJsonString(),
                "application/json"
            );
    }

    private static IResult Blob(HttpContext context, OfferedModels models)
    {
        if (NameOf(context, "latest") is not { } name)
        {
            return InvalidName();
        }

        if (!ModelDigest.TryParse(Value(context, "digest"), out ModelDigest digest))
        {
            return RegistryError.Of(
                StatusCodes.Status400BadRequest,
                "DIGEST_INVALID",
                "A digest must be 'sha256:' followed by 64 hexadecimal digits."
            );
        }

        context.Response.Headers[DigestHeader] = digest.ToString();
        if (models.Open(digest) is { } content)
        {
            return Results.Stream(
                content,
                "application/octet-stream",
                entityTag: TagOf(digest),
                enableRangeProcessing: true
            );
        }

        if (models.ConfigOf(name, digest) is { } config)
        {
            return Results.Bytes(config, OciTypes.Config, entityTag: TagOf(digest));
        }

        context.Response.Headers.Remove(DigestHeader);
        return RegistryError.Of(
            StatusCodes.Status404NotFound,
            "BLOB_UNKNOWN",
            $"There is no file {digest} here."
        );
    }

    private static IResult UnknownManifest(string message) =>
        RegistryError.Of(StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", message);

    private static string PathOf(OllamaName name) => $"{name.Namespace}/{name.Model}";

    private static OllamaName? NameOf(HttpContext context, string? tag) =>
        OllamaName.TryParse(
            $"{Value(context, "namespace")}/{Value(context, "model")}:{tag}",
            out OllamaName? name
        )
            ? name
            : null;

    private static string? Value(HttpContext context, string key) =>
        context.Request.RouteValues[key] as string;

    private static EntityTagHeaderValue TagOf(ModelDigest digest) => new($"\"{digest}\"");

    private static IResult InvalidName() =>
        RegistryError.Of(
            StatusCodes.Status400BadRequest,
            "NAME_INVALID",
            "A name must read namespace/model with letters, digits, '_', '-' and '.'."
        );
}
