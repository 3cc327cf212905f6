using System.Text.Json;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Serving;

/// <summary>What clients may send as <c>model</c>.</summary>
internal static class ModelList
{
    private const int MostSuggestions = 5;

    /// <summary>Answers <c>GET /v1/models</c>.</summary>
    public static Task WriteAllAsync(HttpContext context, RoutingSnapshot snapshot, RouterOptions options) =>
        WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("object", "list");
                writer.WriteStartArray("data");
                foreach (Entry entry in Entries(snapshot, options))
                {
                    Write(writer, entry);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );

    /// <summary>Answers <c>GET /v1/models/ID</c>.</summary>
    public static Task WriteOneAsync(HttpContext context, RoutingSnapshot snapshot, RouterOptions options)
    {
        string id = (string?)context.Request.RouteValues["id"] ?? "";
        Route? route = Route.Find(snapshot, id, options.DefaultNamespace);
        return route is null
            ? RequestForwarder.WriteErrorAsync(context, NotFound(snapshot, id, options))
            : WriteAsync(context, writer => Write(writer, EntryOf(id, route)));
    }

    /// <summary>The error for a name that nobody has, with the nearest that somebody has.</summary>
    public static OpenAiError NotFound(RoutingSnapshot snapshot, string name, RouterOptions options)
    {
        string[] near =
        [
            .. Entries(snapshot, options)
                .Select(e => e.Id)
                .OrderBy(id => EditDistance.Between(id, name))
                .ThenBy(id => id, StringComparer.Ordinal)
                .Take(MostSuggestions),
        ];
        string hint =
            near.Length == 0
                ? "there is none yet: apply an LlmModel"
                : $"there are {string.Join(", ", near)}";
        return new OpenAiError(
            StatusCodes.Status404NotFound,
            "model_not_found",
            $"There is no model, role or policy \"{name}\"; {hint}."
        )
        {
            Param = "model",
        };
    }

    private static IEnumerable<Entry> Entries(RoutingSnapshot snapshot, RouterOptions options)
    {
        IEnumerable<(ObjectKey Key, DateTimeOffset Created, string Owner)> all =
        [
            .. snapshot.Models.Values.Select(m => (m.Key, m.Created, "local")),
            .. snapshot.Roles.Values.Select(r => (r.Key, r.Created, "role")),
            .. snapshot.Policies.Values.Select(p => (p.Key, p.Created, "policy")),
            .. snapshot.PoliciesByModelName.Select(p => (p.Key, p.Value.Created, "policy")),
        ];
        return all.Select(e => new Entry(
                e.Key.Namespace == options.DefaultNamespace ? e.Key.Name : e.Key.ToString(),
                e.Created,
                e.Owner
            ))
            .DistinctBy(e => e.Id)
            .OrderBy(e => e.Id, StringComparer.Ordinal);
    }

    private static Entry EntryOf(string id, Route route) =>
        route switch
        {
            Route.OfModel model => new Entry(id, model.Model.Created, "local"),
            Route.OfRole role => new Entry(id, role.Role.Created, "role"),
            _ => new Entry(id, route.Policy?.Created ?? DateTimeOffset.UnixEpoch, "policy"),
        };

    private static void Write(Utf8JsonWriter writer, Entry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("id", entry.Id);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", entry.Created.ToUnixTimeSeconds());
        writer.WriteString("owned_by", entry.Owner);
        writer.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using MemoryStream body = new();
        await using (Utf8JsonWriter writer = new(body))
        {
            write(writer);
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(
            body.GetBuffer().AsMemory(0, (int)body.Length),
            context.RequestAborted
        );
    }

    private sealed record Entry(string Id, DateTimeOffset Created, string Owner);
}
