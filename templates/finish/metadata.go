package finish

import (
	"bytes"
	"crypto/md5"
	_ "embed"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strings"

	"kyket/internal/pdf"
)

// sRGB is the ICC's profile of the output intent; LICENSE.icc says that it may be copied and embedded.
//
//go:embed sRGB2014.icc
var sRGB []byte

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }

// attach writes the associated files and returns what the catalog says of them.
func (j *job) attach() pdf.Dict {
	files := slices.Clone(j.plan.Files)
	if len(files) == 0 {
		return nil
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	var list, names pdf.Array
	for _, f := range files {
		sum := md5.Sum(f.Data) // what ISO 32000-1, 7.11.4 asks for; nothing is trusted on it
		data := j.out.AddStream(pdf.Dict{
			{Key: "Type", Value: pdf.Name("EmbeddedFile")},
			{Key: "Subtype", Value: pdf.Name(f.Type)},
			{Key: "Params", Value: pdf.Dict{
				{Key: "Size", Value: pdf.Integer(len(f.Data))},
				{Key: "ModDate", Value: pdf.Date(j.plan.Created)},
				{Key: "CheckSum", Value: pdf.String(sum[:])},
			}},
		}, f.Data)
		spec := j.out.Add(pdf.Dict{
			{Key: "Type", Value: pdf.Name("Filespec")},
			{Key: "F", Value: pdf.TextString(f.Name)},
			{Key: "UF", Value: pdf.TextString(f.Name)},
			{Key: "Desc", Value: pdf.TextString(f.Description)},
			{Key: "AFRelationship", Value: pdf.Name(f.Relationship)},
			{Key: "EF", Value: pdf.Dict{{Key: "F", Value: data}, {Key: "UF", Value: data}}},
		})
		list = append(list, spec)
		names = append(names, pdf.TextString(f.Name), spec)
	}
	return pdf.Dict{
		{Key: "AF", Value: list},
		{Key: "Names", Value: pdf.Dict{{Key: "EmbeddedFiles", Value: pdf.Dict{{Key: "Names", Value: names}}}}},
	}
}

// xmp writes the metadata packet: the document's properties, PDF/A-3a, PDF/UA-1, and the extension schema that
// PDF/A asks for before it takes the name of PDF/UA.
func xmp(p *Plan) []byte {
	date := p.Created.Format("2006-01-02T15:04:05-07:00")
	var b bytes.Buffer
	b.WriteString("<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n" +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
		` xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"` +
		` xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">` + "\n" +
		"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n" +
		"<dc:format>application/pdf</dc:format>\n")
	title := escape(p.Title)
	fmt.Fprintf(&b, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li><rdf:li xml:lang=\"%s\">%s</rdf:li></rdf:Alt></dc:title>\n", title, escape(p.Language), title)
	fmt.Fprintf(&b, "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>\n", escape(p.Author))
	fmt.Fprintf(&b, "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:description>\n", escape(p.Subject))
	fmt.Fprintf(&b, "<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>\n", escape(p.Language))
	fmt.Fprintf(&b, "<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate><xmp:MetadataDate>%s</xmp:MetadataDate>\n", date, date, date)
	fmt.Fprintf(&b, "<xmp:CreatorTool>%s</xmp:CreatorTool><pdf:Producer>%s</pdf:Producer><xmpMM:DocumentID>%s</xmpMM:DocumentID>\n", escape(p.Producer), escape(p.Producer), escape(p.ID))
	b.WriteString("</rdf:Description>\n" + extensionSchema + "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return b.Bytes()
}

const extensionSchema = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 the document conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
`

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil { // a strings.Builder takes everything
		return ""
	}
	return b.String()
}
