using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Retort.Tests.PublicSurface;

/// <summary>Everything of an assembly that other assemblies can use, a line a member, in an order that does not depend on the source.</summary>
internal static class SurfaceListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string?, Type> space in assembly.GetExportedTypes().GroupBy(t => t.Namespace).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"namespace {space.Key}\n");
            foreach (Type type in space.OrderBy(TypeNames.Of, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Head(type)}\n");
                foreach (string member in Members(type).Order(StringComparer.Ordinal))
                {
                    text.Append(CultureInfo.InvariantCulture, $"    {member}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? "struct"
            : type.IsInterface ? "interface"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        IEnumerable<Type> bases = type.IsEnum || kind == "delegate" ? [] : type.GetInterfaces().Where(i => i.IsVisible && !IsRecordEquality(i, type));
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) && kind != "delegate")
        {
            bases = bases.Except(parent.GetInterfaces()).Append(parent);
        }

        string[] names = [.. bases.Select(TypeNames.Of).Order(StringComparer.Ordinal)];
        return $"{kind} {TypeNames.Of(type)}{(names.Length > 0 ? " : " + string.Join(", ", names) : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => string.Create(CultureInfo.InvariantCulture, $"{n} = {Enum.Format(type, Enum.Parse(type, n), "D")}"));
        }

        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(c => !c.IsStatic && IsVisible(c) && !IsGenerated(c))
            .Select(c => $"{Access(c)}{TypeNames.Plain(type)}({Parameters(c)})");
        IEnumerable<string> fields = type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(Field);
        IEnumerable<string> properties = type.GetProperties(Declared).Where(p => p.Name != "EqualityContract" && p.GetAccessors(true).Any(IsVisible)).Select(Property);
        IEnumerable<string> events = type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)).Select(e => $"event {TypeNames.Of(e.EventHandlerType!)} {e.Name}");
        IEnumerable<string> methods = type.GetMethods(Declared).Where(m => IsVisible(m) && !IsGenerated(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal))).Select(Method);
        return [.. constructors, .. fields, .. properties, .. events, .. methods];
    }

    private static string Field(FieldInfo field)
    {
        string type = TypeNames.Of(field.FieldType, TypeNames.Nullability(field));
        return field.IsLiteral
            ? $"const {type} {field.Name} = {Literal(field.GetRawConstantValue())}"
            : $"{(field.IsPublic ? "" : "protected ")}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(true).Where(IsVisible)];
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        string type = TypeNames.Of(property.PropertyType, TypeNames.Nullability(property));
        return $"{Access(accessors[0])}{required}{type} {(index.Length > 0 ? "this" : property.Name)}{index} {{ {string.Concat(accessors.Select(Accessor).Order(StringComparer.Ordinal))}}}";

        string Accessor(MethodInfo accessor)
        {
            bool init = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
            string name = accessor == property.GetMethod ? "get; " : init ? "init; " : "set; ";
            return accessor.IsPublic || !accessors.Any(a => a.IsPublic) ? name : "protected " + name;
        }
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        string extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)}{TypeNames.Of(method.ReturnType, TypeNames.Nullability(method.ReturnParameter))} {method.Name}{generic}({extension}{Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{way}{TypeNames.Of(parameter.ParameterType, TypeNames.Nullability(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue) : "")}";
    }

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ")
        + (method.IsStatic ? "static " : "")
        + (method is not MethodInfo { IsVirtual: true, IsFinal: false } of || method.DeclaringType!.IsInterface ? ""
            : of.GetBaseDefinition() != of ? "override "
            : method.IsAbstract ? "abstract "
            : "virtual ");

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    // What the compiler adds to records.
    private static bool IsGenerated(MethodBase method) => method.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsRecordEquality(Type candidate, Type type) => candidate == typeof(IEquatable<>).MakeGenericType(type);
}
